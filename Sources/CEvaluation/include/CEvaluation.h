#pragma once
#include <stddef.h>
#include <stdint.h>

/// What one pass over a run of elements found. A value is misplaced when exactly one side is a NaN, or when an
/// infinity stands against another value; misplaced values enter no maximum and no sum.
struct kw_comparison {
    /// Sum of (y - r)^2.
    double square_error;
    /// max |y - r|.
    double max_absolute;
    /// max |y - r| / |r| where r is not zero.
    double max_relative;
    /// max |y - r| / (|r| + rms).
    double max_scaled;
    /// Index of `max_scaled`, or -1.
    ptrdiff_t worst;
    /// Elements whose scaled error is beyond the tolerance, or that are misplaced.
    size_t mismatches;
    /// Misplaced elements.
    size_t misplaced;
    /// Index of the first misplaced element, or -1.
    ptrdiff_t first_misplaced;
};

/// Compares `count` floats with the double-precision oracle `r`; O(count), vectorized, deterministic.
struct kw_comparison kw_compare_float32(const float *y, const double *r, size_t count, double rms, double tolerance);
/// The same for doubles.
struct kw_comparison kw_compare_float64(const double *y, const double *r, size_t count, double rms, double tolerance);

/// Sums of squares of one pass over two runs of elements; NaN or infinite where an element is.
struct kw_squares {
    double difference, reference;
};

/// Sums (y - r)^2 and r^2 over `count` floats; O(count), vectorized, deterministic.
struct kw_squares kw_squares_float32(const float *y, const float *r, size_t count);
/// How many elements have |y - r| > bound * (|r| + rms), or a NaN among the two.
size_t kw_far_float32(const float *y, const float *r, size_t count, float rms, float bound);

/// Widens `count` bfloat16 numbers to floats.
void kw_widen_bfloat16(const uint16_t *from, float *to, size_t count);
/// Widens `count` IEEE half numbers to floats.
void kw_widen_float16(const uint16_t *from, float *to, size_t count);

/// How many of `count` elements of `size` bytes consist of `byte` alone.
size_t kw_count_filled(const void *from, size_t count, size_t size, uint8_t byte);
