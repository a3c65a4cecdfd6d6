"""The person's own page: profile, contacts, passkeys, sessions, export and erasure."""

from datetime import date
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Response

from shuke.kit.db import Db
from shuke.kit.devices import device_name
from shuke.kit.i18n import LOCALES, speak
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotSignedIn, Refusal, Unreadable
from shuke.kit.web import AnyRequest
from shuke.people.actions import NAME_LENGTH, add_contact, change_profile, end_session, remove_contact
from shuke.people.codes import check_code
from shuke.people.contacts import Contact, contact_from, read_contact
from shuke.people.entry import no_session
from shuke.people.erase import demand_erasable, erase
from shuke.people.guards import signed_in
from shuke.people.pages import UNDER_WAY, CodeGiven, ContactGiven, UnderWay, ask_for_code, code_page, under_way
from shuke.people.passkeys import remove_passkey
from shuke.people.queries import contacts_of, held_contacts, open_sessions, passkeys_of, profile_of
from shuke.people.shortcuts import shortcuts_of
from shuke.people.types import Viewer
from shuke.shell import redirect, render

Answer = Response[str] | Redirect


class ProfileForm(msgspec.Struct, frozen=True):
    """As the form sends it: an empty birthday is none."""

    name: str = ""
    locale: str = ""
    birthday: str = ""


async def _me(request: AnyRequest, db: Db, viewer: Viewer, form: ProfileForm | None, refusal: Refusal | None) -> Response[str]:
    profile = await profile_of(db, viewer.person_id)
    if profile is None:
        raise NotSignedIn
    shown = form or ProfileForm(profile.name, profile.locale, profile.birthday.isoformat() if profile.birthday else "")
    return render(
        request,
        "people/me.html",
        status=refusal.status if refusal else 200,
        profile=profile,
        form=shown,
        refusal=refusal,
        name_length=NAME_LENGTH,
        contacts=await held_contacts(db, viewer.person_id),
        passkeys=await passkeys_of(db, viewer.person_id),
        sessions=await open_sessions(db, viewer.person_id),
        this_session=viewer.session_id,
        device_name=device_name,
        shortcuts=await shortcuts_of(db, viewer.person_id),
    )


@get("/me", guards=[signed_in])
async def show_me(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Everything a person can see and change of herself."""
    return await _me(request, db, viewer, None, None)


@post("/me", guards=[signed_in])
async def save_me(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[ProfileForm]
) -> Answer:
    """Keep the profile, or say what is wrong with it."""
    try:
        birthday = _birthday(data.birthday)
        chosen = data.locale if data.locale in LOCALES else viewer.locale
        await change_profile(db, viewer.person_id, name=data.name, locale=chosen, birthday=birthday)
    except Refusal as refusal:
        return await _me(request, db, viewer, data, refusal)
    speak(chosen)
    return redirect("/me", flash=_("Saved."))


def _birthday(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError as error:
        raise Unreadable("birthday_impossible", _("This can't be a birthday.")) from error


@post("/me/sessions/{session_id:uuid}/end", guards=[signed_in])
async def end_one(db: NamedDependency[Db], viewer: NamedDependency[Viewer], session_id: FromPath[UUID]) -> Redirect:
    """End one of my own sessions."""
    await end_session(db, viewer.person_id, session_id)
    return redirect("/me#sessions", flash=_("That device is signed out."))


@post("/me/sign-out", guards=[signed_in])
async def sign_out(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Redirect:
    """End this session and take it out of the browser."""
    await end_session(db, viewer.person_id, viewer.session_id)
    answer = redirect("/sign-in", flash=_("You are signed out."))
    answer.set_cookie(no_session())
    return answer


@post("/me/passkeys/{credential_id:str}/remove", guards=[signed_in])
async def remove_one_passkey(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], credential_id: FromPath[str]
) -> Redirect:
    """Take one of my passkeys away."""
    await remove_passkey(db, viewer.person_id, credential_id)
    return redirect("/me#passkeys", flash=_("The passkey is removed."))


@post("/me/contacts/remove", guards=[signed_in])
async def remove_one_contact(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[ContactGiven]
) -> Redirect:
    """Take one of my contacts away, never the last."""
    await remove_contact(db, viewer.person_id, contact_from(data.contact))
    return redirect("/me#contacts", flash=_("The contact is removed."))


@get("/me/contacts/new", guards=[signed_in])
async def show_new_contact(request: AnyRequest) -> Response[str]:
    """Ask which contact to add."""
    return render(request, "people/contact.html", contact="", refusal=None)


@post("/me/contacts/new", guards=[signed_in])
async def ask_contact_code(request: AnyRequest, db: NamedDependency[Db], data: URLEncodedBody[ContactGiven]) -> Answer:
    """Send a code to the contact to add."""
    try:
        cookie = await ask_for_code(db, request, contact_from(data.contact), "add", "/me")
    except Refusal as refusal:
        return render(request, "people/contact.html", status=refusal.status, contact=data.contact[:254], refusal=refusal)
    answer = redirect("/me/contacts/code")
    answer.set_cookie(cookie)
    return answer


def _contact_form() -> dict[str, str]:
    return {
        "title": _("Add a contact"),
        "action": "/me/contacts/code",
        "again": "/me/contacts/new",
        "back": "/me/contacts/new",
        "button": _("Add"),
    }


@get("/me/contacts/code", guards=[signed_in])
async def show_contact_code(request: AnyRequest) -> Answer:
    """Ask for the code that went to the new contact."""
    found = under_way(request, "add")
    return code_page(request, *found, _contact_form()) if found else redirect("/me/contacts/new")


@post("/me/contacts/code", guards=[signed_in])
async def give_contact_code(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[CodeGiven]
) -> Answer:
    """The contact is added once its code is right."""
    found = under_way(request, "add")
    if found is None:
        return redirect("/me/contacts/new", flash=_("That took too long. Please ask for a new code."), kind="warn")
    asked, contact = found
    try:
        await check_code(db, contact, data.code, "add")
        await add_contact(db, viewer.person_id, contact)
    except Refusal as refusal:
        return code_page(request, asked, contact, _contact_form(), refusal)
    answer = redirect("/me#contacts", flash=_("The contact is added."))
    answer.delete_cookie(UNDER_WAY)
    return answer


@get("/me/erasure", guards=[signed_in])
async def show_erasure(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Say what erasing means, and offer to send the code for it."""
    return render(request, "people/erasure.html", contacts=await held_contacts(db, viewer.person_id), refusal=None)


@post("/me/erasure", guards=[signed_in])
async def ask_erasure_code(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[ContactGiven]
) -> Answer:
    """Send the code to one of the person's own contacts."""
    contact = read_contact(data.contact)
    try:
        if contact is None or contact not in await contacts_of(db, viewer.person_id):
            raise Refusal("not_my_contact", _("This is not one of your contacts."))
        await demand_erasable(db, viewer.person_id)
        cookie = await ask_for_code(db, request, contact, "erase", "/me")
    except Refusal as refusal:
        contacts = await held_contacts(db, viewer.person_id)
        return render(request, "people/erasure.html", status=refusal.status, contacts=contacts, refusal=refusal)
    answer = redirect("/me/erasure/code")
    answer.set_cookie(cookie)
    return answer


def _erasure_form() -> dict[str, str]:
    return {
        "title": _("Erase my account"),
        "action": "/me/erasure/code",
        "again": "/me/erasure",
        "back": "/me/erasure",
        "button": _("Erase for ever"),
        "forgets": "yes",
    }


@get("/me/erasure/code", guards=[signed_in])
async def show_erasure_code(request: AnyRequest) -> Answer:
    """Ask for the code that erases."""
    found = under_way(request, "erase")
    return code_page(request, *found, _erasure_form()) if found else redirect("/me/erasure")


@post("/me/erasure/code", guards=[signed_in])
async def give_erasure_code(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[CodeGiven]
) -> Answer:
    """Forget the person once the code is right."""
    found = await _own(request, db, viewer)
    if found is None:
        return redirect("/me/erasure", flash=_("That took too long. Please ask for a new code."), kind="warn")
    asked, contact = found
    try:
        await check_code(db, contact, data.code, "erase")
        await erase(db, viewer.person_id)
    except Refusal as refusal:
        return code_page(request, asked, contact, _erasure_form(), refusal)
    answer = redirect("/sign-in", flash=_("Your account is erased."))
    answer.set_cookie(no_session())
    answer.delete_cookie(UNDER_WAY)
    return answer


async def _own(request: AnyRequest, db: Db, viewer: Viewer) -> tuple[UnderWay, Contact] | None:
    """The code under way, while the contact it went to is the person's own."""
    found = under_way(request, "erase")
    return found if found is not None and found[1] in await contacts_of(db, viewer.person_id) else None


me_pages = Router(
    "/",
    route_handlers=[
        *(show_me, save_me, end_one, sign_out, remove_one_passkey, remove_one_contact),
        *(show_new_contact, ask_contact_code, show_contact_code, give_contact_code),
        *(show_erasure, ask_erasure_code, show_erasure_code, give_erasure_code),
    ],
    include_in_schema=False,
)
