// y = softmax of each of 32 rows of x: one block computes one row, each of its threads every 32nd element.
//
// Three passes over the row: its largest element, the sum of exponentials, the quotients.
//
// kw: launch softmax grid=32 block=32 args=x,softmax,int32:393216
extern "C" __global__ void softmax(const float *x, float *y, int n) {
    const float *from = x + blockIdx.x * n;
    float *to = y + blockIdx.x * n;
    float largest = from[threadIdx.x];
    for (int i = threadIdx.x; i < n; i += 32) largest = fmaxf(largest, from[i]);
    for (int lanes = 16; lanes > 0; lanes /= 2) largest = fmaxf(largest, __shfl_xor_sync(0xffffffff, largest, lanes));
    float sum = 0.0f;
    for (int i = threadIdx.x; i < n; i += 32) sum += expf(from[i] - largest);
    for (int lanes = 16; lanes > 0; lanes /= 2) sum += __shfl_xor_sync(0xffffffff, sum, lanes);
    for (int i = threadIdx.x; i < n; i += 32) to[i] = expf(from[i] - largest) / sum;
}
