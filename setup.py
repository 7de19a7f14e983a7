"""Map each top folder X/ to the package greenband.X, subpackages included, by a rule; and api/ to greenband itself."""

from setuptools import find_packages, setup

FOLDERS = ("kernels", "networks", "simulation", "engine", "benchmarks")


def subpackages(folder: str) -> list[str]:
    """Return the folder and every package below it, with dots."""
    return [folder, *(f"{folder}.{name}" for name in find_packages(folder))]


packages = [name for folder in FOLDERS for name in subpackages(folder)]
setup(
    packages=["greenband", *(f"greenband.{name}" for name in packages)],
    package_dir={"greenband": "api"} | {f"greenband.{name}": name.replace(".", "/") for name in packages},
    package_data={f"greenband.{name}": ["*", "arterial/**", "templates/**", "packs/**"] for name in packages},
)
