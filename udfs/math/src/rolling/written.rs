//! Where results are written: slices, or vectors that grow.

/// Where the next rows are written.
pub trait Written {
    /// How many there are.
    fn rows(&self) -> usize;

    /// Writes the next ones.
    fn put(&mut self, rows: &[f64]);

    /// Some rows that there are have no value.
    fn leave_out(&mut self, from: usize, rows: usize);
}

impl Written for Vec<f64> {
    fn rows(&self) -> usize {
        self.len()
    }

    #[inline(always)]
    fn put(&mut self, rows: &[f64]) {
        self.extend_from_slice(rows);
    }

    fn leave_out(&mut self, from: usize, rows: usize) {
        self[from..from + rows].fill(f64::NAN);
    }
}

impl<W: Written> Written for &mut W {
    fn rows(&self) -> usize {
        W::rows(self)
    }

    #[inline(always)]
    fn put(&mut self, rows: &[f64]) {
        W::put(self, rows);
    }

    fn leave_out(&mut self, from: usize, rows: usize) {
        W::leave_out(self, from, rows);
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
    fn rows(&self) -> usize {
        self.rows
    }

    #[inline(always)]
    fn put(&mut self, rows: &[f64]) {
        if let Some(place) = self.out.get_mut(self.rows..self.rows + rows.len()) {
            place.copy_from_slice(rows);
            self.rows += rows.len();
        }
    }

    fn leave_out(&mut self, from: usize, rows: usize) {
        self.out[from..from + rows].fill(f64::NAN);
    }
}
