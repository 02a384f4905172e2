"""Where the files of the pages come from, and under which names they are served (docs/decisions/0119)."""

from __future__ import annotations

from pathlib import Path

SOURCES = "django.contrib.staticfiles.storage.StaticFilesStorage"
COLLECTED = "whitenoise.storage.CompressedManifestStaticFilesStorage"  # compressed, each name tells its content


def folders(frontend: Path) -> list[tuple[str, Path]]:
    """The first part of an address, and the folder it stands for; what is not made yet is left out."""
    named = {
        "app": frontend / "dist",
        "js": frontend / "js",
        "vendor/alpine": frontend / "node_modules/@alpinejs/csp/dist",
        "vendor/inter": frontend / "node_modules/@fontsource-variable/inter",
    }
    return [(prefix, folder) for prefix, folder in named.items() if folder.exists()]


def storages(*, is_collected: bool) -> dict[str, dict[str, str]]:
    """Django's STORAGES."""
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": COLLECTED if is_collected else SOURCES},
    }
