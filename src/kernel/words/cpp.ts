/** Keywords of C++20 with those of C that compilers take too: no identifier can be one, in CUDA C++ or in MSL. */
export const cppKeywords: readonly string[] = `
alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class compl concept const
consteval constexpr constinit const_cast continue contract_assert co_await co_return co_yield decltype default delete do double
dynamic_cast else enum explicit export extern false final float for friend goto if import inline int long module mutable namespace new
noexcept not not_eq nullptr operator or or_eq override private protected public register reinterpret_cast requires return short
signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename
typeof union unsigned using virtual void volatile wchar_t while xor xor_eq
`.trim().split(/\s+/);
