//! What a client may fetch once: results and plans that wait for their `DoGet`.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

/// The waiting entries of one session. A ticket is random, good for one fetch and for a limited
/// time; since each session has its own set, nobody else can redeem it.
pub(crate) struct Tickets<T> {
    waiting: Mutex<VecDeque<(Uuid, Instant, T)>>,
    limit: usize,
    ttl: Duration,
}

impl<T> Tickets<T> {
    /// Keeps at most `limit` entries, each for at most `ttl`.
    pub(crate) fn new(limit: usize, ttl: Duration) -> Self {
        Self { waiting: Mutex::new(VecDeque::new()), limit: limit.max(1), ttl }
    }

    /// Stores an entry; when the set is full the oldest one goes, since its client has moved on.
    pub(crate) fn issue(&self, entry: T) -> Uuid {
        let id = Uuid::new_v4();
        let mut waiting = self.live();
        if waiting.len() >= self.limit {
            waiting.pop_front();
        }
        waiting.push_back((id, Instant::now(), entry));
        id
    }

    /// Redeems a ticket.
    pub(crate) fn take(&self, ticket: &[u8]) -> Option<(Uuid, T)> {
        let id = Uuid::from_slice(ticket).ok()?;
        let mut waiting = self.live();
        let at = waiting.iter().position(|(other, _, _)| *other == id)?;
        waiting.remove(at).map(|(id, _, entry)| (id, entry))
    }

    /// The entries without the expired ones, oldest first.
    fn live(&self) -> std::sync::MutexGuard<'_, VecDeque<(Uuid, Instant, T)>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while waiting.front().is_some_and(|(_, issued, _)| issued.elapsed() >= self.ttl) {
            waiting.pop_front();
        }
        waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_good_once() {
        let tickets = Tickets::new(4, Duration::from_secs(60));
        let id = tickets.issue("plan");
        assert!(tickets.take(b"no ticket").is_none());
        assert!(tickets.take(Uuid::new_v4().as_bytes()).is_none());
        assert_eq!(tickets.take(id.as_bytes()), Some((id, "plan")));
        assert_eq!(tickets.take(id.as_bytes()), None);
    }

    #[test]
    fn the_oldest_goes_when_the_set_is_full() {
        let tickets = Tickets::new(2, Duration::from_secs(60));
        let ids: Vec<Uuid> = (0..3).map(|n| tickets.issue(n)).collect();
        assert!(tickets.take(ids[0].as_bytes()).is_none());
        assert_eq!(tickets.take(ids[1].as_bytes()), Some((ids[1], 1)));
        assert_eq!(tickets.take(ids[2].as_bytes()), Some((ids[2], 2)));
    }

    #[test]
    fn an_old_ticket_expires() {
        let tickets = Tickets::new(2, Duration::ZERO);
        let id = tickets.issue(1);
        assert!(tickets.take(id.as_bytes()).is_none());
    }
}
