// y = softmax of each row of x, n × n in row order, n a multiple of 128: one thread computes one row.
//
// Three passes over the row: its largest element, the sum of exponentials, the quotients. The lanes of a warp read 32
// rows, a sector for each lane.
extern "C" __global__ void softmax(const float *x, float *y, int n) {
    const int row = blockIdx.x * blockDim.x + threadIdx.x;
    const float *from = x + row * n;
    float *to = y + row * n;
    float largest = from[0];
    for (int i = 1; i < n; ++i) largest = fmaxf(largest, from[i]);
    float sum = 0.0f;
    for (int i = 0; i < n; ++i) sum += expf(from[i] - largest);
    for (int i = 0; i < n; ++i) to[i] = expf(from[i] - largest) / sum;
}
