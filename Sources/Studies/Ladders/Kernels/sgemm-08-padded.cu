// c = a · b for n × n matrices in row order, n a multiple of 128: gaps in the tiles keep lanes in different banks.
//
// Four words behind each row of the transposed tile of a keep two lanes that store to it apart. What one instruction
// reads of b lies within one row, so that a gap behind the row would change nothing: here one stands behind every 32
// words. All accesses of shared memory are without conflict then, and still vectors.
//
// kw: launch sgemm grid=8,8 block=256,1 args=a,b,matmul,int32:1024
constexpr int rows = 128, columns = 128, depth = 8;
constexpr int perThread = 8, threads = rows * columns / (perThread * perThread);
constexpr int threadsPerRow = columns / perThread;
constexpr int gap = 4, banks = 32;

__device__ __forceinline__ float4 load(const float *from) { return *reinterpret_cast<const float4 *>(from); }

__device__ __forceinline__ void store(float *to, float4 value) { *reinterpret_cast<float4 *>(to) = value; }

__device__ __forceinline__ void read(float (&to)[perThread], const float *from) {
    const float4 low = load(from), high = load(from + 4);
    to[0] = low.x, to[1] = low.y, to[2] = low.z, to[3] = low.w;
    to[4] = high.x, to[5] = high.y, to[6] = high.z, to[7] = high.w;
}

// Where a column of b stands in its row of the tile.
__device__ __forceinline__ int place(int column) { return column + column / banks * gap; }

extern "C" __global__ __launch_bounds__(threads) void sgemm(const float *a, const float *b, float *c, int n) {
    __shared__ __align__(16) float left[depth][rows + gap];
    __shared__ __align__(16) float right[depth][columns + columns / banks * gap];
    const int t = threadIdx.x;
    const int firstRow = blockIdx.y * rows, firstColumn = blockIdx.x * columns;
    const int row = t / threadsPerRow * perThread, column = t % threadsPerRow * perThread;
    // What this thread carries from global to shared memory.
    const int leftRow = t / 2, leftColumn = t % 2 * 4, rightRow = t / 32, rightColumn = t % 32 * 4;
    float sums[perThread][perThread] = {};
    for (int start = 0; start < n; start += depth) {
        const float4 x = load(&a[(firstRow + leftRow) * n + start + leftColumn]);
        left[leftColumn][leftRow] = x.x;
        left[leftColumn + 1][leftRow] = x.y;
        left[leftColumn + 2][leftRow] = x.z;
        left[leftColumn + 3][leftRow] = x.w;
        store(&right[rightRow][place(rightColumn)], load(&b[(start + rightRow) * n + firstColumn + rightColumn]));
        __syncthreads();
#pragma unroll
        for (int k = 0; k < depth; ++k) {
            float x[perThread], y[perThread];
            read(x, &left[k][row]);
            read(y, &right[k][place(column)]);
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
        float *to = &c[(firstRow + row + i) * n + firstColumn + column];
        store(to, make_float4(sums[i][0], sums[i][1], sums[i][2], sums[i][3]));
        store(to + 4, make_float4(sums[i][4], sums[i][5], sums[i][6], sums[i][7]));
    }
}
