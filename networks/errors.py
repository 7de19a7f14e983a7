"""The one kind of error that a user's input may raise."""

from __future__ import annotations


class InputError(Exception):
    """Something in the user's input that no part of the chain can work with; the command line exits with 2.

    Parameters
    ----------
    where : str
        File and line, junction, detector: the place to look at.
    found : str
        What stands there.
    rule : str
        The rule that it breaks.
    fix : str
        What to do about it.
    """

    def __init__(self, *, where: str, found: str, rule: str, fix: str) -> None:
        super().__init__(where, found, rule, fix)
        self.where, self.found, self.rule, self.fix = where, found, rule, fix

    def __str__(self) -> str:
        return f"{self.where}: {self.found}. {self.rule}. {self.fix}."
