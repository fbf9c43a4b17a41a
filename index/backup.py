"""A copy of the live build in one file, and back. Both are safe while the index is served and rebuilt.

A build is never written to again, so that copying it takes no lock; what is copied is compared with its checksums. A
backup is restored as a build of its own, beside those that are there, and becomes the live one in the same single step
as any other. The caches are left out: they only save time, of slow models and of builds that were interrupted.
"""

import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

from ingest.errors import BadInputError, IndexUnusableError, NotFoundError

from . import generations
from .manifest import FILE_NAME, Manifest, cure
from .milvus.location import POINTER
from .target import LocalTarget

#: Arrays and text shrink to a half quickly; trying harder gains little.
_LEVEL = 1


def back_up(index_dir: Path, file: Path) -> Manifest:
    """Write the live build into a ZIP file, which is replaced only by a whole one. Returns the build's manifest.

    Raises NotFoundError where there is no index, IndexUnusableError for a damaged one, BadInputError for one that lies
    in Milvus, which has its own tool.
    """
    if (index_dir / POINTER).exists():
        raise BadInputError(
            f"the builds of {index_dir} lie in Milvus; back them up with Milvus's own tool, milvus-backup"
        )
    while True:
        build = generations.current(index_dir)
        try:
            return _write(index_dir / build, file)
        except IndexUnusableError:
            # Two rebuilds while it was being copied have removed it: the newest one is there.
            if generations.current(index_dir) == build:
                raise


def _write(folder: Path, file: Path) -> Manifest:
    manifest = Manifest.read(folder)
    manifest.verify(folder, whole=True)
    pending = file.with_name(file.name + ".new")
    try:
        with _new_archive(pending) as archive:
            for name in [*sorted(manifest.checksums), FILE_NAME]:
                archive.write(folder / name, f"{folder.name}/{name}")
        with pending.open("rb+") as written:
            os.fsync(written.fileno())
        pending.replace(file)
    except FileNotFoundError as error:
        pending.unlink(missing_ok=True)
        if folder.exists() or error.filename == str(pending):
            raise
        raise IndexUnusableError(f"{folder} was removed while it was copied; run the command again") from None
    except BaseException:
        pending.unlink(missing_ok=True)
        raise
    return manifest


def _new_archive(path: Path) -> zipfile.ZipFile:
    # Clocks go wrong: ZIP knows no time before 1980, and would refuse a file of such a date.
    return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL, strict_timestamps=False)


def restore(file: Path, index_dir: Path) -> Manifest:
    """Make the build of a backup the live one of an index, which may be new. Returns its manifest there.

    Every file is compared with its checksum before the switch; whatever is raised, the live build stays. Raises
    NotFoundError for a missing file, BadInputError for one that is no whole backup, IndexUnusableError for a build that
    this program does not read, BusyError while a rebuild runs.
    """
    if not file.is_file():
        raise NotFoundError(f"there is no backup {file}")
    with generations.rebuilding(index_dir):
        target = LocalTarget(index_dir)
        target.tidy()
        folder = generations.new_build(index_dir)
        try:
            manifest = _read(file, folder)
            target.publish(folder, manifest, full=False)
        except BaseException:
            generations.discard(index_dir, folder.name)
            raise
        target.point()
        return manifest


def _read(file: Path, folder: Path) -> Manifest:
    """Fill a new build folder from a backup; its manifest then says its new number."""
    unpacked = folder / "unpacked"
    try:
        with zipfile.ZipFile(file) as archive:
            # `zipfile` keeps every member inside the folder, and makes files and folders only.
            archive.extractall(unpacked)
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise BadInputError(f"{file} is no whole backup of an index ({error}); copy it again") from None
    builds = list(unpacked.iterdir())
    if len(builds) != 1 or not (builds[0] / FILE_NAME).is_file():
        raise BadInputError(f"{file} is no backup of an index; give a file that `yibao backup` wrote")
    build = builds[0]
    try:
        manifest = Manifest.read(build)
        # The manifest may name no file that did not come out of the archive, such as one above its folder.
        held = {path.relative_to(build).as_posix() for path in build.rglob("*") if path.is_file()}
        if held != {*manifest.checksums, FILE_NAME}:
            raise BadInputError(f"{file} does not hold the files that its manifest names; copy it again")
        manifest.verify(build, whole=True)
    except IndexUnusableError as error:
        said = str(error).replace(cure(build), cure(folder)).replace(str(build), str(file))
        raise IndexUnusableError(said) from None
    for path in list(build.iterdir()):
        path.replace(folder / path.name)
    shutil.rmtree(unpacked)
    manifest = replace(manifest, build_id=folder.name)
    manifest.write(folder)
    return manifest
