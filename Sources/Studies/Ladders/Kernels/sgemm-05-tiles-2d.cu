// c = a · b for n × n matrices in row order, n a multiple of 128: each thread computes 8 × 8 elements.
//
// 16 loads from shared memory serve 64 multiply-adds.
//
// kw: launch sgemm grid=8,8 block=256,1 args=a,b,matmul,int32:1024
constexpr int rows = 128, columns = 128, depth = 8;
constexpr int perThread = 8, threads = rows * columns / (perThread * perThread);
constexpr int threadsPerRow = columns / perThread;

extern "C" __global__ __launch_bounds__(threads) void sgemm(const float *a, const float *b, float *c, int n) {
    __shared__ float left[rows][depth], right[depth][columns];
    const int t = threadIdx.x;
    const int firstRow = blockIdx.y * rows, firstColumn = blockIdx.x * columns;
    const int row = t / threadsPerRow * perThread, column = t % threadsPerRow * perThread;
    float sums[perThread][perThread] = {};
    for (int start = 0; start < n; start += depth) {
#pragma unroll
        for (int part = 0; part < rows * depth / threads; ++part) {
            const int place = part * threads + t;
            left[place / depth][place % depth] = a[(firstRow + place / depth) * n + start + place % depth];
        }
#pragma unroll
        for (int part = 0; part < depth * columns / threads; ++part) {
            const int place = part * threads + t;
            right[place / columns][place % columns] = b[(start + place / columns) * n + firstColumn + place % columns];
        }
        __syncthreads();
#pragma unroll
        for (int k = 0; k < depth; ++k) {
            float x[perThread], y[perThread];
#pragma unroll
            for (int i = 0; i < perThread; ++i) x[i] = left[row + i][k];
#pragma unroll
            for (int j = 0; j < perThread; ++j) y[j] = right[k][column + j];
#pragma unroll
            for (int i = 0; i < perThread; ++i) {
#pragma unroll
                for (int j = 0; j < perThread; ++j) sums[i][j] += x[i] * y[j];
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < perThread; ++i) {
#pragma unroll
        for (int j = 0; j < perThread; ++j) c[(firstRow + row + i) * n + firstColumn + column + j] = sums[i][j];
    }
}
