// Sums over the middle axis of a tensor of 4 × 2048 × 2048: one block computes one element.
//
// Every thread reads two terms. Then the block adds in shared memory as textbooks begin: every other thread its
// neighbour's sum, every fourth, …, found by a remainder.
//
// kw: launch sums grid=16384 block=1024 shared=4096 args=x,sum_1,int32:2048
extern "C" __global__ void sums(const float *x, float *y, int n) {
    extern __shared__ float values[];
    const int t = threadIdx.x;
    const float *from = x + blockIdx.x / n * n * n + blockIdx.x % n;
    values[t] = from[t * n] + from[(t + 1024) * n];
    __syncthreads();
    for (int distance = 1; distance < 1024; distance *= 2) {
        if (t % (2 * distance) == 0) values[t] += values[t + distance];
        __syncthreads();
    }
    if (t == 0) y[blockIdx.x] = values[0];
}
