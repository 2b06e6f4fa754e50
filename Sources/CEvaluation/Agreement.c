#include "CEvaluation.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__) && defined(__linux__)
#define KW_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define KW_CLONES
#endif

enum { LANES = 16 };
typedef float floats __attribute__((ext_vector_type(16)));
typedef double doubles __attribute__((ext_vector_type(16)));
typedef int32_t ints __attribute__((ext_vector_type(16)));

KW_CLONES static void add_squares(struct kw_squares *s, const float *y, const float *r, size_t vectors) {
    doubles differences = 0, references = 0;
    for (size_t i = 0; i < vectors * LANES; i += LANES) {
        floats value, reference;
        memcpy(&value, y + i, sizeof value);
        memcpy(&reference, r + i, sizeof reference);
        doubles wide = __builtin_convertvector(reference, doubles);
        doubles difference = __builtin_convertvector(value, doubles) - wide;
        differences += difference * difference;
        references += wide * wide;
    }
    for (int lane = 0; lane < LANES; lane++) {
        s->difference += differences[lane];
        s->reference += references[lane];
    }
}

struct kw_squares kw_squares_float32(const float *y, const float *r, size_t count) {
    struct kw_squares s = {0, 0};
    add_squares(&s, y, r, count / LANES);
    for (size_t i = count / LANES * LANES; i < count; i++) {
        double difference = (double)y[i] - r[i];
        s.difference += difference * difference;
        s.reference += (double)r[i] * r[i];
    }
    return s;
}

KW_CLONES static size_t count_far(const float *y, const float *r, size_t vectors, float rms, float bound) {
    size_t far = 0;
    // Counts in 32 bits a lane are emptied before they can overflow.
    for (size_t start = 0; start < vectors; start += 1 << 20) {
        ints counts = 0;
        size_t end = vectors - start < 1 << 20 ? vectors : start + (1 << 20);
        for (size_t i = start * LANES; i < end * LANES; i += LANES) {
            floats value, reference;
            memcpy(&value, y + i, sizeof value);
            memcpy(&reference, r + i, sizeof reference);
            floats error = __builtin_elementwise_abs(value - reference);
            // True lanes are -1; a NaN on either side makes the comparison false and counts.
            counts -= !(error <= bound * (__builtin_elementwise_abs(reference) + rms));
        }
        for (int lane = 0; lane < LANES; lane++) far += (size_t)counts[lane];
    }
    return far;
}

size_t kw_far_float32(const float *y, const float *r, size_t count, float rms, float bound) {
    size_t far = count_far(y, r, count / LANES, rms, bound);
    for (size_t i = count / LANES * LANES; i < count; i++) far += !(fabsf(y[i] - r[i]) <= bound * (fabsf(r[i]) + rms));
    return far;
}
