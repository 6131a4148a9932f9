"""The tests mirror the tree; `cases/` holds worked accounts as data."""
