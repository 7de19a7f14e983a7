"""The one way to compile a kernel."""

from __future__ import annotations

from numba import njit

# Options shared by all decorators:
#   cache=True          the compiler runs once per machine, not once per start. A kernel in another file that changes
#                       does not refresh its callers' cache, so kernels that call each other share a file, with the
#                       constants and NamedTuples that they use: Numba compiles in a number, and the order of fields.
#   nogil=True          threads may run kernels side by side.
#   fastmath=False      the order of floating-point sums is part of the result: same input, same bytes; and nan, which
#                       marks a missing count, keeps its meaning.
#   error_model="numpy" a division by zero gives inf or nan, as in NumPy, not an exception that stops vectorising.
kernel = njit(cache=True, nogil=True, fastmath=False, error_model="numpy")

# For loops over prange whose turns write to places of their own: the result does not depend on the number of threads.
parallel_kernel = njit(cache=True, nogil=True, fastmath=False, error_model="numpy", parallel=True)

# For kernels that other kernels call, and that make no arrays of their own. Together the two options made the queue
# model two to three times as fast.
#   _nrt=False          no counting of references, which takes two locked instructions per array at every call.
#   forceinline=True    no calls: each would put the seven words that describe an array on the stack, for every array.
inner_kernel = njit(  # type: ignore[call-overload]
    cache=True, nogil=True, fastmath=False, error_model="numpy", _nrt=False, forceinline=True
)
