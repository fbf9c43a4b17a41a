"""The search page, the API's own documentation, and their files: all local, nothing from elsewhere."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

PAGE = Path(__file__).resolve().parent.parent / "page"

router = APIRouter(include_in_schema=False)

_REVALIDATE = {"Cache-Control": "no-cache"}


@router.get("/")
async def get_page() -> FileResponse:
    """The search page."""
    return FileResponse(PAGE / "index.html", headers=_REVALIDATE)


@router.get("/docs")
async def get_docs() -> FileResponse:
    """The API, described from `/openapi.json`."""
    return FileResponse(PAGE / "docs.html", headers=_REVALIDATE)
