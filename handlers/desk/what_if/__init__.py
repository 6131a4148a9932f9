"""What-if: drafts of the figures, tried at once on the whole portfolio, kept, judged and proposed."""
