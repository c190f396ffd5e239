//! Where results are written: slices, or vectors that grow.

/// Where the next rows are written.
pub trait Written {
    /// Writes the next ones.
    fn put(&mut self, rows: &[f64]);
}

impl Written for Vec<f64> {
    #[inline(always)]
    fn put(&mut self, rows: &[f64]) {
        self.extend_from_slice(rows);
    }
}

impl<W: Written> Written for &mut W {
    #[inline(always)]
    fn put(&mut self, rows: &[f64]) {
        W::put(self, rows);
    }
}

/// A slice, of which so many rows are written.
pub struct Place<'a> {
    out: &'a mut [f64],
    rows: usize,
}

impl<'a> Place<'a> {
    pub fn new(out: &'a mut [f64]) -> Self {
        Self { out, rows: 0 }
    }
}

impl Written for Place<'_> {
    #[inline(always)]
    fn put(&mut self, rows: &[f64]) {
        if let Some(place) = self.out.get_mut(self.rows..self.rows + rows.len()) {
            place.copy_from_slice(rows);
            self.rows += rows.len();
        }
    }
}
