//! The same code for several processors, of which the running one is found when it runs.

/// `op` with a token for the widest instructions that a [`Level`](fearless_simd::Level) has. What
/// has SSE 4.2 but not AVX2, processors of 2012 and before and the smallest of later ones, does with
/// SSE2: a fifth copy of every kernel would cost each build a third of its time.
macro_rules! dispatch {
    ($level:expr, $simd:pat => $op:expr) => {{
        #[cfg(target_arch = "x86_64")]
        let done = match ($level).as_avx512() {
            Some(token) => $crate::dispatch::with_token!(token, $simd => $op),
            None => match ($level).as_avx2() {
                Some(token) => $crate::dispatch::with_token!(token, $simd => $op),
                None => match fearless_simd::Level::baseline().as_sse2() {
                    Some(token) => $crate::dispatch::with_token!(token, $simd => $op),
                    None => unreachable!("every x86-64 processor has SSE2"),
                },
            },
        };
        #[cfg(not(target_arch = "x86_64"))]
        let done = fearless_simd::dispatch!($level, $simd => $op);
        done
    }};
}

/// `op`, compiled for the instructions of a token.
#[cfg(target_arch = "x86_64")]
macro_rules! with_token {
    ($token:expr, $simd:pat => $op:expr) => {{
        let $simd = $token;
        fearless_simd::Simd::vectorize(
            $token,
            #[inline(always)]
            || $op,
        )
    }};
}

pub(crate) use dispatch;
#[cfg(target_arch = "x86_64")]
pub(crate) use with_token;
