"""The one thing that reading a file may raise."""


class UnreadableFile(ValueError):
    """The file holds no text this reader takes; the message tells the person why and what to do."""
