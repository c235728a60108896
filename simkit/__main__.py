"""Lets ``python -m simkit`` do what the command ``simkit`` does."""

from simkit.cli.main import main

if __name__ == "__main__":
    main()
