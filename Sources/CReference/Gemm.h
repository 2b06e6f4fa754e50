// Included once per element type with ELEMENT, VECTOR (64 bytes), LANES, TILE and GEMM defined.

// Multiplies `rows` ≤ 6 rows of a by a packed panel of two vectors a row; keeps the sums in registers over all of k.
#define ROWS 6

static inline __attribute__((always_inline)) void TILE(size_t rows, size_t k, const ELEMENT *a, const ELEMENT *panel,
                                                       ELEMENT *out) {
    VECTOR sum[ROWS][2];
    for (size_t i = 0; i < rows; i++) sum[i][0] = sum[i][1] = (VECTOR){0};
    for (size_t p = 0; p < k; p++) {
        VECTOR left, right;
        memcpy(&left, panel + p * 2 * LANES, sizeof left);
        memcpy(&right, panel + p * 2 * LANES + LANES, sizeof right);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) {
            VECTOR factor = (VECTOR){0} + a[i * k + p];
            sum[i][0] = sum[i][0] + factor * left;
            sum[i][1] = sum[i][1] + factor * right;
        }
    }
    memcpy(out, sum, rows * sizeof sum[0]);
}

CLONES void GEMM(size_t m, size_t n, size_t k, const ELEMENT *a, const ELEMENT *b, ELEMENT *c, size_t first, size_t last,
                 ELEMENT *panel) {
    for (size_t j = first; j < last; j += 2 * LANES) {
        size_t width = last - j < 2 * LANES ? last - j : 2 * LANES;
        for (size_t p = 0; p < k; p++) {
            for (size_t t = 0; t < width; t++) panel[p * 2 * LANES + t] = b[p * n + j + t];
            for (size_t t = width; t < 2 * LANES; t++) panel[p * 2 * LANES + t] = 0;
        }
        ELEMENT out[ROWS * 2 * LANES];
        size_t i = 0;
        for (; i + ROWS <= m; i += ROWS) {
            TILE(ROWS, k, a + i * k, panel, out);
            for (size_t r = 0; r < ROWS; r++) memcpy(c + (i + r) * n + j, out + r * 2 * LANES, width * sizeof(ELEMENT));
        }
        for (; i < m; i++) {
            TILE(1, k, a + i * k, panel, out);
            memcpy(c + i * n + j, out, width * sizeof(ELEMENT));
        }
    }
}

#undef ROWS
#undef ELEMENT
#undef VECTOR
#undef LANES
#undef TILE
#undef GEMM
