#include "Lanes.h"

// Matrix products of a warp. Fragments are spread out into plain matrices, multiplied, and dealt out again.

typedef struct {
    int rows, columns;
} place;

static int bits_of_type(uint8_t type) {
    switch (type) {
    case KW_MATRIX_F64: return 64;
    case KW_MATRIX_F16:
    case KW_MATRIX_BF16: return 16;
    case KW_MATRIX_U8:
    case KW_MATRIX_S8:
    case KW_MATRIX_E4M3:
    case KW_MATRIX_E5M2: return 8;
    case KW_MATRIX_U4:
    case KW_MATRIX_S4: return 4;
    default: return 32;
    }
}

/// Where element `index` of a lane stands; `which` is 0 for A, 1 for B, 2 for C and D.
static INLINE place place_of(const kw_product *product, int which, int lane, int index, int perRegister) {
    if (product->isFragment) {
        const int columns = which == 0 ? product->k : product->n, position = index * LANES + lane;
        return (place){position / columns, position % columns};
    }
    const int group = lane >> 2, member = lane & 3, word = index / perRegister, part = index % perRegister;
    const int isTall = product->m == 16;
    switch (which) {
    case 0:
        return (place){group + (isTall ? 8 * (word % 2) : 0),
                       member * perRegister + part + 4 * perRegister * (isTall ? word / 2 : word)};
    case 1: return (place){member * perRegister + part + 4 * perRegister * word, group};
    default: return (place){group + 8 * (index / 2), 2 * member + index % 2};
    }
}

static INLINE char *slot_of(kw_frame frame, int32_t offset) {
    return (offset < 0 ? (char *)frame.constants : frame.registers) + offset;
}

static INLINE float small_float(uint32_t byte, int mantissa, int bias, uint32_t largest) {
    const uint32_t magnitude = byte & 0x7fu, exponent = magnitude >> mantissa;
    if (magnitude > largest) return mantissa == 2 && magnitude == largest + 1 ? INFINITY : NAN;
    const float fraction = (float)(magnitude & ((1u << mantissa) - 1)) + (exponent ? (float)(1 << mantissa) : 0);
    const float value = ldexpf(fraction, (int)(exponent ? exponent : 1) - bias - mantissa);
    return byte & 0x80u ? -value : value;
}

static INLINE double float_element(uint8_t type, uint64_t bits) {
    switch (type) {
    case KW_MATRIX_F64: return double_of(bits);
    case KW_MATRIX_F16: return GET_f16(bits);
    case KW_MATRIX_BF16: return GET_bf16(bits & 0xffffu);
    case KW_MATRIX_TF32: return float_of((uint32_t)bits & 0xffffe000u);
    case KW_MATRIX_E4M3: return small_float((uint32_t)bits, 3, 7, 0x7eu);
    case KW_MATRIX_E5M2: return small_float((uint32_t)bits, 2, 15, 0x7bu);
    default: return float_of((uint32_t)bits);
    }
}

static INLINE int32_t integer_element(uint8_t type, uint64_t bits) {
    switch (type) {
    case KW_MATRIX_U8: return (uint8_t)bits;
    case KW_MATRIX_S8: return (int8_t)bits;
    case KW_MATRIX_U4: return (int32_t)(bits & 15);
    case KW_MATRIX_S4: return (int32_t)((uint32_t)bits << 28) >> 28;
    default: return (int32_t)bits;
    }
}

static INLINE uint64_t element_bits(kw_frame frame, const int32_t *registers, int width, int lane, int index) {
    if (width == 64) return ((const uint64_t *)slot_of(frame, registers[index]))[lane];
    const int perRegister = 32 / width;
    const uint32_t word = ((const uint32_t *)slot_of(frame, registers[index / perRegister]))[lane];
    const uint32_t shifted = word >> (index % perRegister * width);
    return width == 32 ? shifted : shifted & ((1u << width) - 1);
}

#define SPREAD(T, get, which, type, registers, target, stride, elements) \
    for (int lane = 0; lane < LANES; ++lane) \
        for (int index = 0; index < (elements) / LANES; ++index) { \
            const int width = bits_of_type(type); \
            const place at = place_of(product, which, lane, index, width > 32 ? 1 : 32 / width); \
            const uint64_t bits = element_bits(frame, registers, width, lane, index); \
            target[at.rows * (stride) + at.columns] = (T)get(type, bits); \
        }

static void put(kw_frame frame, const int32_t *registers, uint8_t type, int lane, int index, uint64_t bits) {
    if (type == KW_MATRIX_F64) {
        ((uint64_t *)slot_of(frame, registers[index]))[lane] = bits;
    } else if (type == KW_MATRIX_F16) {
        uint32_t *word = (uint32_t *)slot_of(frame, registers[index / 2]) + lane;
        *word = index % 2 ? (*word & 0xffffu) | (uint32_t)bits << 16 : (*word & 0xffff0000u) | (uint32_t)bits;
    } else {
        ((uint32_t *)slot_of(frame, registers[index]))[lane] = (uint32_t)bits;
    }
}

enum { MOST = 32 * 64 };

static void multiply_floats(const kw_product *product, kw_frame frame) {
    float a[MOST], b[MOST], c[MOST];
    const int m = product->m, n = product->n, k = product->k;
    SPREAD(float, float_element, 0, product->a, product->aRegisters, a, k, m * k)
    SPREAD(float, float_element, 1, product->b, product->bRegisters, b, n, k * n)
    SPREAD(float, float_element, 2, product->c, product->cRegisters, c, n, m * n)
    // Every product is exact in double precision; each sum rounds once to single precision, k ascending.
    for (int i = 0; i < m; ++i)
        for (int p = 0; p < k; ++p) {
            const float left = a[i * k + p];
            for (int j = 0; j < n; ++j) c[i * n + j] = fmaf(left, b[p * n + j], c[i * n + j]);
        }
    for (int lane = 0; lane < LANES; ++lane)
        for (int index = 0; index < m * n / LANES; ++index) {
            const place at = place_of(product, 2, lane, index, 1);
            const float value = c[at.rows * n + at.columns];
            put(frame, product->dRegisters, product->d, lane, index,
                product->d == KW_MATRIX_F16 ? half_of_float(value) : bits_of(value));
        }
}

static void multiply_doubles(const kw_product *product, kw_frame frame) {
    double a[MOST], b[MOST], c[MOST];
    const int m = product->m, n = product->n, k = product->k;
    SPREAD(double, float_element, 0, product->a, product->aRegisters, a, k, m * k)
    SPREAD(double, float_element, 1, product->b, product->bRegisters, b, n, k * n)
    SPREAD(double, float_element, 2, product->c, product->cRegisters, c, n, m * n)
    for (int i = 0; i < m; ++i)
        for (int p = 0; p < k; ++p)
            for (int j = 0; j < n; ++j) c[i * n + j] = fma(a[i * k + p], b[p * n + j], c[i * n + j]);
    for (int lane = 0; lane < LANES; ++lane)
        for (int index = 0; index < m * n / LANES; ++index) {
            const place at = place_of(product, 2, lane, index, 1);
            put(frame, product->dRegisters, product->d, lane, index, bits_of_double(c[at.rows * n + at.columns]));
        }
}

static void multiply_integers(const kw_product *product, kw_frame frame) {
    int32_t a[MOST], b[MOST], c[MOST];
    const int m = product->m, n = product->n, k = product->k;
    SPREAD(int32_t, integer_element, 0, product->a, product->aRegisters, a, k, m * k)
    SPREAD(int32_t, integer_element, 1, product->b, product->bRegisters, b, n, k * n)
    SPREAD(int32_t, integer_element, 2, product->c, product->cRegisters, c, n, m * n)
    for (int lane = 0; lane < LANES; ++lane)
        for (int index = 0; index < m * n / LANES; ++index) {
            const place at = place_of(product, 2, lane, index, 1);
            int64_t sum = c[at.rows * n + at.columns];
            for (int p = 0; p < k; ++p) sum += (int64_t)a[at.rows * k + p] * b[p * n + at.columns];
            if (product->saturates) sum = sum > INT32_MAX ? INT32_MAX : sum < INT32_MIN ? INT32_MIN : sum;
            put(frame, product->dRegisters, product->d, lane, index, (uint32_t)sum);
        }
}

void kw_multiply(const kw_product *product, kw_frame frame) {
    switch (product->a) {
    case KW_MATRIX_F64: multiply_doubles(product, frame); break;
    case KW_MATRIX_U8:
    case KW_MATRIX_S8:
    case KW_MATRIX_U4:
    case KW_MATRIX_S4: multiply_integers(product, frame); break;
    default: multiply_floats(product, frame); break;
    }
}

// Addresses of the elements that a lane moves, as loads and stores of one element each.

/// `wmma`: first is the matrix, second its stride in elements, third the shape as `kw_fragment_shape` packs it.
SIGNATURE(fragment_address) {
    const uint64_t *base = first;
    const uint32_t *stride = second;
    const uint64_t shape = *(const uint64_t *)third;
    const uint32_t columns = shape & 0xff, index = (shape >> 8) & 0xff, bytes = (shape >> 16) & 0xff;
    const int isRowMajor = (shape >> 24) & 1;
    uint64_t *d = slot;
    for (unsigned i = 0; i < LANES; ++i) {
        const uint64_t position = index * LANES + i, row = position / columns, column = position % columns;
        const uint64_t element = isRowMajor ? row * stride[i] + column : column * stride[i] + row;
        if (IS_ACTIVE(mask, i)) d[i] = base[i] + element * bytes;
    }
}

/// `ldmatrix`: first holds the rows' addresses, third the number of the matrix and, transposed, 8 plus the element.
SIGNATURE(row_address) {
    const uint64_t *rows = first;
    const uint32_t kind = *(const uint32_t *)third, matrix = kind & 3;
    uint64_t made[LANES];
    uint64_t *d = slot;
    for (unsigned i = 0; i < LANES; ++i)
        made[i] = kind & 8 ? rows[8 * matrix + 2 * (i & 3) + ((kind >> 2) & 1)] + 2 * (i >> 2)
                           : rows[8 * matrix + (i >> 2)] + 4 * (i & 3);
    for (unsigned i = 0; i < LANES; ++i)
        if (IS_ACTIVE(mask, i)) d[i] = made[i];
}

SIGNATURE(movmatrix) {
    const uint32_t *a = first;
    uint32_t made[LANES], *d = slot;
    for (unsigned i = 0; i < LANES; ++i) {
        const unsigned row = i >> 2, column = 2 * (i & 3), shift = 16 * (row & 1);
        const uint32_t low = a[4 * column + row / 2] >> shift, high = a[4 * (column + 1) + row / 2] >> shift;
        made[i] = (low & 0xffffu) | high << 16;
    }
    for (unsigned i = 0; i < LANES; ++i)
        if (IS_ACTIVE(mask, i)) d[i] = made[i];
}
