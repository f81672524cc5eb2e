"""The name of this station as its program starts: another one where a station on the database has it already."""

import contextlib

from shipconsole.domain.message import NO_MESSAGE, Message, from_stored, sentences
from shipconsole.operations.context import Context
from shipconsole.operations.orders import station_names
from shipconsole.station import settings_file
from shipconsole.station.profile import Profile


def settle(ctx: Context, profile: Profile, *, is_running: bool) -> Message:
    """Go by a name that no other station has, before anything is claimed; return what people have to know.

    The new name is stored in the settings file with a notice. Blocks, and raises `EnvironmentFailure`.
    """
    wanted = ctx.station
    if not is_running and ctx.store.read(station_names.is_settled, ctx).result():
        return NO_MESSAGE
    name = ctx.store.write(station_names.settle, ctx, is_running=is_running).result()
    if name == wanted:
        return NO_MESSAGE
    ctx.use_name(name)
    message = Message("station_name.numbered", wanted=wanted, name=name)
    # A folder that can't be written keeps no one from working; the next start gets the same name.
    with contextlib.suppress(OSError):
        before = settings_file.read(profile.folder).get(settings_file.NOTICE)
        notice = sentences(from_stored(before), message) if isinstance(before, str) else message
        values = {"station_name": name, settings_file.NOTICE: notice.stored()}
        settings_file.change(profile.folder, values, is_read=False)
    return message
