"""`python -m handlers.metadata`: write the files under salesforce/ that follow from config."""

from config.loader import load_config
from handlers.metadata.files import files, write
from handlers.metadata.project import PROJECT

if __name__ == "__main__":
    for changed in write(files(load_config())):
        print(changed.relative_to(PROJECT.parent))  # noqa: T201  what a person is shown
