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

/// What code is compiled for, of what the running processor has.
#[cfg(test)]
pub(crate) fn every() -> impl Iterator<Item = fearless_simd::Level> {
    use fearless_simd::Level;
    let widest = Level::new();
    #[cfg(target_arch = "x86_64")]
    let between = widest.as_avx2().map(Level::Avx2);
    #[cfg(not(target_arch = "x86_64"))]
    let between = None;
    [Some(Level::baseline()), between, Some(widest)].into_iter().flatten()
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use fearless_simd::{Level, Simd};

    #[test]
    fn each_processor_has_the_widest_instructions_that_code_is_compiled_for() {
        fn name<V: Simd>(_: V) -> &'static str {
            std::any::type_name::<V>().rsplit(':').next().unwrap()
        }
        let widest = Level::new();
        let all = [
            (widest.as_avx512().map(Level::Avx512), "Avx512"),
            (widest.as_avx2().map(Level::Avx2), "Avx2"),
            (widest.as_sse4_2().map(Level::Sse4_2), "Sse2"),
            (widest.as_sse2().map(Level::Sse2), "Sse2"),
        ];
        for (level, expected) in all {
            let Some(level) = level else { continue };
            assert_eq!(dispatch!(level, simd => name(simd)), expected);
        }
    }
}
