#pragma once
#include <stddef.h>

/// c[m][n] = a[m][k] · b[k][n], all row-major and contiguous, for columns first ..< last of b and c.
///
/// Every element is one sum over k in ascending order, every product and every sum rounded (no fused multiply-add), so the
/// result is the plain triple loop's, bit for bit, on every machine. `panel` is room for 16·k (float: 32·k) elements.
/// Calls for disjoint column ranges may run at the same time, each with its own panel.
void kw_gemm_f64(size_t m, size_t n, size_t k, const double *a, const double *b, double *c, size_t first, size_t last,
                 double *panel);
void kw_gemm_f32(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, size_t first, size_t last,
                 float *panel);
