"""Errors for people."""


class Refusal(Exception):
    """What cannot be done as asked: one sentence that says what happened and what to do."""
