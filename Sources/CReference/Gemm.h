// Included once per element type with ELEMENT, VECTOR (64 bytes), LANES, TILE, PANEL, GATHER and GEMM defined.

// Multiplies `rows` ≤ 6 rows of a by a packed panel of two vectors a row; keeps the sums in registers over all of k.
#define ROWS 6
// Rows packed together.
#define BLOCK 16

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

#define TILE_OF(count)                                                                                                 \
    case count: TILE(count, k, a + i * k, panel, out); break;

CLONES void PANEL(size_t m, size_t k, const ELEMENT *a, const ELEMENT *panel, ELEMENT *c, size_t row, size_t width) {
    ELEMENT out[ROWS * 2 * LANES];
    for (size_t i = 0; i < m; i += ROWS) {
        size_t rows = m - i < ROWS ? m - i : ROWS;
        switch (rows) {
            TILE_OF(1) TILE_OF(2) TILE_OF(3) TILE_OF(4) TILE_OF(5) TILE_OF(6)
        }
        for (size_t r = 0; r < rows; r++) memcpy(c + (i + r) * row, out + r * 2 * LANES, width * sizeof(ELEMENT));
    }
}

CLONES void GATHER(size_t count, const ELEMENT *x, size_t stride, const ptrdiff_t *offsets, ELEMENT *panel,
                   size_t step) {
    for (size_t i = 0; i < count; i++) {
        for (size_t t = 0; t < 2 * LANES; t++) panel[t] = offsets[t] < 0 ? 0 : x[offsets[t]];
        x += stride;
        panel += step;
    }
}

void GEMM(size_t m, size_t n, size_t k, const ELEMENT *a, const ELEMENT *b, size_t row, size_t column, ELEMENT *c,
          size_t first, size_t last, ELEMENT *panel) {
    for (size_t j = first; j < last; j += 2 * LANES) {
        size_t width = last - j < 2 * LANES ? last - j : 2 * LANES;
        for (size_t p = 0; p < k; p += BLOCK) {
            size_t end = k - p < BLOCK ? k : p + BLOCK;
            // Whole cache lines of a column at a time: columns lie powers of two apart and would evict each other.
            for (size_t t = 0; t < width; t++) {
                for (size_t q = p; q < end; q++) panel[q * 2 * LANES + t] = b[q * row + (j + t) * column];
            }
            for (size_t t = width; t < 2 * LANES; t++) {
                for (size_t q = p; q < end; q++) panel[q * 2 * LANES + t] = 0;
            }
        }
        PANEL(m, k, a, panel, c + j, n, width);
    }
}

#undef ROWS
#undef BLOCK
#undef TILE_OF
#undef ELEMENT
#undef VECTOR
#undef LANES
#undef TILE
#undef PANEL
#undef GATHER
#undef GEMM
