"""Meetups: a person proposes a meal, a film, an outing; where is one place or a vote, and so many can come.

The meetup's row decides who has a place and who waits in which order, whoever comes or goes at once: a place that comes free belongs to
who waits longest in the same transaction. Nobody sees a meetup of somebody who hides from her, or from whom she hides.
"""

from shuke.meetups.actions import cancel, change, propose
from shuke.meetups.after import dispute, mark, see_proofs
from shuke.meetups.lists import mine, near, of_friends, of_tribe, past
from shuke.meetups.queries import guests_of, meetup_of, record_of
from shuke.meetups.seats import agree, answer, join, leave, put_out
from shuke.meetups.types import (
    PROPOSED,
    Answer,
    Attendance,
    Cancelling,
    Changes,
    Dispute,
    Guest,
    Guests,
    Joining,
    Meetup,
    MeetupLine,
    MeetupPage,
    MeetupRefused,
    NewMeetup,
    NewProposal,
    Place,
    Proposals,
    Record,
    Vote,
)
from shuke.meetups.votes import add_proposal, choose, proposals_of, vote

__all__ = [
    "PROPOSED",
    "Answer",
    "Attendance",
    "Cancelling",
    "Changes",
    "Dispute",
    "Guest",
    "Guests",
    "Joining",
    "Meetup",
    "MeetupLine",
    "MeetupPage",
    "MeetupRefused",
    "NewMeetup",
    "NewProposal",
    "Place",
    "Proposals",
    "Record",
    "Vote",
    "add_proposal",
    "agree",
    "answer",
    "cancel",
    "change",
    "choose",
    "dispute",
    "guests_of",
    "join",
    "leave",
    "mark",
    "meetup_of",
    "mine",
    "near",
    "of_friends",
    "of_tribe",
    "past",
    "proposals_of",
    "propose",
    "put_out",
    "record_of",
    "see_proofs",
    "vote",
]
