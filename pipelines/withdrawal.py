"""`nianbao withdraw`: a release that must not be used any more is marked as such, beside it, with the reason.

The release itself stays where it is and as it is. First ``withdrawn.json`` is written, the truth; ``index.json`` and
``latest`` follow from it. Where a kill comes between, every command already goes by the first, and this command given
again, or the next run, brings the other two in line.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pipelines import release
from pipelines.console import Console
from pipelines.errors import of_disk
from pipelines.lock import LockedError, held
from schemas.masking import mask

DONE, FAILED = 0, 1


def withdraw(published: Path, version: str, reason: str, console: Console) -> int:
    """Withdraw a release; ``latest`` moves to the newest that is not withdrawn. Returns the exit code."""
    return _change(published, version, " ".join(mask(reason).split()), console)


def reinstate(published: Path, version: str, console: Console) -> int:
    """Take a withdrawal back; ``latest`` moves to that release where it is newer. Returns the exit code."""
    return _change(published, version, "", console)


def _change(published: Path, version: str, reason: str, console: Console) -> int:
    try:
        if version not in release.versions(published):
            known = ", ".join(release.versions(published)) or "none 无"
            raise release.ReleaseError(
                f"There is no release {version} in {published}; there are: {known}.",
                f"{published} 中没有版本 {version}。",
            )
        with held(published / ".lock"):
            latest = _mark(published, version, reason)
    except LockedError as error:
        console.say(*error.explain())
        return FAILED
    except release.ReleaseError as error:
        console.say(error.message_en, error.message_zh)
        return FAILED
    except OSError as error:
        console.say(*of_disk(error))
        return FAILED
    done = ("is withdrawn", "已撤回") if reason else ("is no longer withdrawn", "已恢复")
    console.say(
        f"Release {version} {done[0]}; the latest is {latest or 'none'}.",
        f"版本 {version} {done[1]}；最新版本：{latest or '无'}。",
    )
    return DONE


def _mark(published: Path, version: str, reason: str) -> str | None:
    """Write the three files, the truth first; returns the version that is the latest now."""
    told, latest = release.withdrawals(published), release.latest(published)
    if not reason:
        told.pop(version, None)
        latest = version if latest is None else max(latest, version, key=release.order)
    elif version not in told or told[version].reason != reason:
        told[version] = release.Withdrawal(reason, datetime.now(UTC).date().isoformat())
    release.set_withdrawals(published, told)
    if latest in told:
        latest = release.latest(published)
    release.refresh(published, latest)
    return latest
