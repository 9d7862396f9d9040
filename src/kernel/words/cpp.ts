/** Keywords of C++20 with those of C that compilers take too: no identifier can be one, in CUDA C++ or in MSL. */
export const cppKeywords: readonly string[] = `
alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class compl concept const
consteval constexpr constinit const_cast continue contract_assert co_await co_return co_yield decltype default delete do double
dynamic_cast else enum explicit export extern false final float for friend goto if import inline int long module mutable namespace new
noexcept not not_eq nullptr operator or or_eq override private protected public register reinterpret_cast requires return short
signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename
typeof union unsigned using virtual void volatile wchar_t while xor xor_eq
`.trim().split(/\s+/);

/** Macros of C's library: where its headers come in, they are replaced wherever they stand. */
export const cMacros: readonly string[] = `
INFINITY NAN HUGE_VAL HUGE_VALF HUGE_VALL NULL EOF BUFSIZ RAND_MAX EXIT_FAILURE EXIT_SUCCESS CHAR_BIT CHAR_MAX CHAR_MIN SCHAR_MAX SCHAR_MIN UCHAR_MAX
SHRT_MAX SHRT_MIN USHRT_MAX INT_MAX INT_MIN UINT_MAX LONG_MAX LONG_MIN ULONG_MAX LLONG_MAX LLONG_MIN ULLONG_MAX SIZE_MAX FLT_MAX FLT_MIN FLT_EPSILON
DBL_MAX DBL_MIN DBL_EPSILON MAXFLOAT M_E M_LOG2E M_LOG10E M_LN2 M_LN10 M_PI M_PI_2 M_PI_4 M_1_PI M_2_PI M_2_SQRTPI M_SQRT2 M_SQRT1_2
FP_NAN FP_INFINITE FP_ZERO FP_SUBNORMAL FP_NORMAL CLOCKS_PER_SEC SEEK_SET SEEK_CUR SEEK_END PATH_MAX NAME_MAX BIG_ENDIAN LITTLE_ENDIAN BYTE_ORDER SNAN
stdin stdout stderr errno offsetof alloca assert_perror math_errhandling
`.trim().split(/\s+/);

/** Names of C's library: where its headers come in, nothing of the top level can be called so. */
export const cNames: readonly string[] = `
size_t ptrdiff_t ssize_t off_t pid_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t clock_t time_t abs labs llabs div ldiv
malloc free calloc realloc memcpy memset memcmp memmove printf puts putchar getchar assert abort exit atexit index rindex time clock remove rename signal raise read write
open close pipe link unlink select accept bind connect listen send recv socket stat fstat truncate sleep usleep wait kill fork execv nice pause alarm
access dup dup2 sync fsync chdir getpid environ optarg optind random srandom rand srand system getenv qsort bsearch signgam y0 y1 yn j0 j1 jn gamma
strlen strcpy strcmp strcat
`.trim().split(/\s+/);
