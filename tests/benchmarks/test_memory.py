import subprocess
import sys

import numpy as np
from greenband.benchmarks.memory import peak_mib

LARGE_MIB = 400


def test_the_peak_of_a_small_child_of_a_large_process_is_its_own():
    large = np.ones(LARGE_MIB << 17)  # eight bytes each
    assert peak_mib() > LARGE_MIB
    code = "import sys; sys.argv = ['']; from greenband.benchmarks.memory import peak_mib; print(peak_mib())"
    child = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert 4 < float(child.stdout) < LARGE_MIB / 2
    assert large.nbytes == LARGE_MIB << 20
