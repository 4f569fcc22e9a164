"""Everything that can go wrong in a way we planned for. Each error has a status, a short code and words for a person.

AppError
    BadInput        422  we do not understand it, or it is not allowed here
    NotSignedIn     401  nobody, or a token that does not hold
    Forbidden       403  somebody, but not allowed to
    NotFound        404  no such thing, or not yours; we do not say which
    Conflict        409  understood, but not now
        NotOpen          the question takes no answers
        Overtaken        somebody else changed the same words first
    TooLarge        413  more than fits
    TooMany         429  more than a person does
    StoreFull       503  the database can't take it now
    StoreAway       503  the database does not answer
"""


class AppError(Exception):
    """Base of all planned errors. ``sentence`` is what a person reads; ``fields`` names what was wrong, field by field."""

    status = 500
    code = "error"
    title = "Something went wrong"

    def __init__(self, sentence: str = "", *, fields: dict[str, str] | None = None) -> None:
        self.sentence = sentence or self.title + "."
        self.fields = fields or {}
        super().__init__(self.sentence)


class BadInput(AppError):
    """We do not understand it, or it is not allowed here."""

    status, code, title = 422, "invalid", "This can't be used as it is"


class UnknownChoice(BadInput):
    """A step that this question does not have."""

    code, title = "unknown_choice", "This step does not exist"


class TooLong(BadInput):
    """A text over its limit."""

    code, title = "too_long", "This text is too long"


class NotSignedIn(AppError):
    """Nobody is signed in, or the token does not hold."""

    status, code, title = 401, "not_signed_in", "Sign in first"


class Forbidden(AppError):
    """Somebody, but not somebody who may do this."""

    status, code, title = 403, "forbidden", "You may not do this"


class NotFound(AppError):
    """No such thing, or not yours; we do not say which."""

    status, code, title = 404, "not_found", "This does not exist"


class Conflict(AppError):
    """Understood, but not in the state things are in."""

    status, code, title = 409, "conflict", "Not possible right now"


class NotOpen(Conflict):
    """The question takes no answers now."""

    code, title = "not_open", "This question is not open"


class Closed(NotOpen):
    """The question took answers and does not any more."""

    code, title = "closed", "This question has closed"


class Overtaken(Conflict):
    """Somebody else changed the same words first. ``theirs`` are the words as they are now, of that ``revision``."""

    def __init__(self, sentence: str, *, theirs: str, revision: int) -> None:
        super().__init__(sentence)
        self.theirs = theirs
        self.revision = revision


class TooLarge(AppError):
    """A body over its limit."""

    status, code, title = 413, "too_large", "Too large"


class TooMany(AppError):
    """More than a person does. ``retry_after`` in seconds."""

    status, code, title = 429, "rate", "Too fast"

    def __init__(self, sentence: str = "", *, retry_after: int = 1) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class StoreFull(AppError):
    """The database can't take anything now: the disk is full or locked."""

    status, code, title = 503, "not_stored", "Not stored"


class StoreAway(AppError):
    """The database does not answer: it is restarting, or cut off from us."""

    status, code, title = 503, "not_available", "Not available right now"


class WrongSetting(AppError):
    """A setting that stops the start."""

    code, title = "setting", "A setting is wrong"


class LinkUsed(AppError):
    """A one-time link that was used or has run out."""

    status, code, title = 410, "link_used", "This link has been used"
