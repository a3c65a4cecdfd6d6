"""A meetup as an iCalendar file (RFC 5545): lines of at most 75 bytes, times in UTC, which every calendar shows in its own zone."""

from datetime import UTC, datetime

from shuke.kit import clock
from shuke.outings.types import Whole

LONGEST = 75  # bytes of a line


def calendar(whole: Whole, address: str) -> str:
    """The file. The same event again with a higher number where the time was changed; cancelled where it was."""
    meetup, place = whole.meetup, whole.place
    where = ", ".join(part for part in ((place.name, place.street, place.city) if place else ()) if part)
    spot = " · ".join(part for part in (where, meetup.spot_text) if part)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Shuke//Meetups//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{meetup.meetup_id}@shuke",
        f"SEQUENCE:{meetup.edition}",
        f"DTSTAMP:{_moment(clock.now())}",
        f"DTSTART:{_moment(meetup.starts_at)}",
        f"DTEND:{_moment(meetup.ends_at)}",
        f"SUMMARY:{_text(meetup.title)}",
        f"LOCATION:{_text(spot)}",
        f"DESCRIPTION:{_text(meetup.text)}",
        f"URL:{address}/meetups/{meetup.meetup_id}",
        f"STATUS:{'CANCELLED' if meetup.status == 'cancelled' else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    if place is not None:
        lines.insert(-4, f"GEO:{place.latitude:.6f};{place.longitude:.6f}")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """Without what a calendar would take for the end of the value."""
    plain = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(plain.splitlines())


def _folded(line: str) -> str:
    """Folded so that no letter of several bytes is torn."""
    pieces, piece, size = [], "", 0
    for letter in line:
        bytes_of = len(letter.encode())
        if size + bytes_of > LONGEST:
            pieces.append(piece)
            piece, size = " ", 1
        piece += letter
        size += bytes_of
    return "\r\n".join([*pieces, piece])
