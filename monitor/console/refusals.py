"""What an error means and what to do, for pages and for the API alike."""

from __future__ import annotations

TITLES = {
    400: "Not understood",
    403: "This form was refused",
    404: "There is nothing here",
    405: "This cannot be done here",
    408: "That took too long",
    413: "That is too much",
    414: "Too long",
    421: "Not under this name",
    429: "Wait a minute",
    500: "This page failed",
    503: "Not now",
}
"""What stands above an error's words on a page, by its status."""

ERRORS = {
    400: "This request cannot be read. Go back, load the page again, and try once more.",
    403: "This form is too old, or was not sent from a page of this console. Nothing was changed. Go back, load the "
    "page again, and try once more.",
    404: "There is nothing at this address. It may have been typed wrongly; the lists lead to what there is.",
    405: "This address cannot be used like that.",
    408: "The request took too long to arrive. Try again.",
    413: "That is more than this page takes: 512 KB of a draft, 64 KB of anything else. Send less.",
    414: "This address is too long. Search for less.",
    421: "The console is not served under this name. Use the address that the service's log says, or let an admin add "
    "the name to WIREWATCH_CONSOLE_NAMES.",
    429: "Too many wrong tokens. Wait a minute, then try again.",
    500: "Something went wrong in Wirewatch. Alerts go on; its log says what happened.",
    503: "That took too long, or the database cannot be used now. Nothing was changed. Try again in a minute; the log "
    "says what is wrong.",
}
"""What an error means and what to do, by its status."""

OF_API = {
    400: "This request cannot be read; `invalid` says what is wrong. /api/v1/openapi.json describes what may be sent.",
    401: "This needs a token: send it as `Authorization: Bearer TOKEN`. An admin sets tokens in WIREWATCH_API_TOKENS.",
    403: "This token lets its owner read, and not act. An admin can give it the scope `act` in WIREWATCH_API_TOKENS.",
    404: "There is nothing at this address. It may have been typed wrongly; the lists lead to what there is.",
    405: "This address cannot be used with this method; the header Allow says which it takes.",
    409: "Nothing was changed, because of how things stand.",
    413: "That is more than the API takes: 64 KB. Send less.",
    415: "What is sent has to be one JSON object, with the header `Content-Type: application/json`.",
}
"""Where the API says it in other words."""
