#include "CEvaluation.h"

#include <float.h>
#include <math.h>
#include <string.h>

// One source, compiled for several instruction sets; the loader picks by the processor.
#if defined(__x86_64__) && defined(__linux__)
#define KW_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define KW_CLONES
#endif

enum { LANES = 16, BLOCK = 4096 };
typedef float floats __attribute__((ext_vector_type(16)));
typedef double doubles __attribute__((ext_vector_type(16)));
typedef int32_t ints __attribute__((ext_vector_type(16)));

static struct kw_comparison empty(void) {
    return (struct kw_comparison){.worst = -1, .first_misplaced = -1};
}

/// Compares one element by the rules for NaNs and infinities.
static void compare_element(
    struct kw_comparison *c, double y, double r, size_t index, double rms, double tolerance) {
    if ((isnan(y) && isnan(r)) || y == r) return;
    if (!isfinite(y) || !isfinite(r)) {
        c->mismatches += 1;
        c->misplaced += 1;
        if (c->first_misplaced < 0) c->first_misplaced = (ptrdiff_t)index;
        return;
    }
    double error = fabs(y - r);
    double scaled = error / (fabs(r) + rms);
    c->square_error += error * error;
    c->max_absolute = fmax(c->max_absolute, error);
    if (r != 0) c->max_relative = fmax(c->max_relative, error / fabs(r));
    if (scaled > c->max_scaled || c->worst < 0) {
        c->max_scaled = scaled;
        c->worst = (ptrdiff_t)index;
    }
    if (scaled > tolerance) c->mismatches += 1;
}

/// What the vector loop learns of one block; `finite` is 0 when the block needs the careful loop.
struct block {
    double square_error;
    float max_absolute, max_relative, max_scaled;
    int finite;
};

// Quotients are taken in float: their own rounding (6e-8 relative) is far below what a tolerance can resolve.
KW_CLONES static struct block compare_block(const float *y, const double *r, size_t count, float rms) {
    doubles squares = 0;
    floats absolute = 0, relative = 0, scaled = 0;
    ints strange = 0;
    for (size_t i = 0; i < count; i += LANES) {
        floats value;
        doubles expected;
        memcpy(&value, y + i, sizeof value);
        memcpy(&expected, r + i, sizeof expected);
        doubles difference = __builtin_convertvector(value, doubles) - expected;
        squares += difference * difference;
        floats error = __builtin_elementwise_abs(__builtin_convertvector(difference, floats));
        floats size = __builtin_elementwise_abs(__builtin_convertvector(expected, floats));
        strange |= !(error <= FLT_MAX) | !(size <= FLT_MAX);
        absolute = __builtin_elementwise_max(absolute, error);
        floats quotient = error / size;
        relative = __builtin_elementwise_max(relative, size > 0 ? quotient : (floats)0);
        floats denominator = size + rms;
        scaled = __builtin_elementwise_max(scaled, error > 0 ? error / denominator : (floats)0);
    }
    struct block b = {.finite = 1};
    for (int lane = 0; lane < LANES; lane++) {
        b.square_error += squares[lane];
        b.max_absolute = fmaxf(b.max_absolute, absolute[lane]);
        b.max_relative = fmaxf(b.max_relative, relative[lane]);
        b.max_scaled = fmaxf(b.max_scaled, scaled[lane]);
        if (strange[lane]) b.finite = 0;
    }
    return b;
}

struct kw_comparison kw_compare_float32(const float *y, const double *r, size_t count, double rms, double tolerance) {
    struct kw_comparison c = empty();
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t length = count - start < BLOCK ? count - start : BLOCK;
        if (length % LANES == 0) {
            struct block b = compare_block(y + start, r + start, length, (float)rms);
            int ordinary = b.finite && b.max_scaled <= tolerance && (b.max_scaled <= c.max_scaled);
            if (ordinary) {
                c.square_error += b.square_error;
                c.max_absolute = fmax(c.max_absolute, b.max_absolute);
                c.max_relative = fmax(c.max_relative, b.max_relative);
                continue;
            }
        }
        // A new worst element, a mismatch or a strange number: the careful loop finds its place.
        for (size_t i = start; i < start + length; i++) compare_element(&c, y[i], r[i], i, rms, tolerance);
    }
    return c;
}

struct kw_comparison kw_compare_float64(const double *y, const double *r, size_t count, double rms, double tolerance) {
    struct kw_comparison c = empty();
    for (size_t i = 0; i < count; i++) compare_element(&c, y[i], r[i], i, rms, tolerance);
    return c;
}

void kw_widen_bfloat16(const uint16_t *from, float *to, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = (uint32_t)from[i] << 16;
        memcpy(to + i, &bits, sizeof bits);
    }
}

void kw_widen_float16(const uint16_t *from, float *to, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t sign = (uint32_t)(from[i] & 0x8000) << 16, magnitude = from[i] & 0x7fff;
        float value;
        if (magnitude >= 0x7c00) {
            uint32_t bits = 0x7f800000u | ((magnitude & 0x3ff) << 13);
            memcpy(&value, &bits, sizeof bits);
        } else {
            // The half's exponent and significand, read as a float, are the value scaled by 2^-112.
            uint32_t bits = magnitude << 13;
            memcpy(&value, &bits, sizeof bits);
            value *= 0x1p112f;
        }
        to[i] = sign ? -value : value;
    }
}

size_t kw_count_filled(const void *from, size_t count, size_t size, uint8_t byte) {
    const uint8_t *bytes = from;
    size_t filled = 0;
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        for (size_t k = 0; k < size; k++) same += bytes[i * size + k] == byte;
        filled += same == size;
    }
    return filled;
}
