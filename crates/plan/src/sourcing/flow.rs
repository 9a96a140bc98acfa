//! Largest flows through a network (Dinic 1970), exact in integers.

use std::collections::VecDeque;

/// More than any flow.
pub(super) const ENDLESS: i64 = i64::MAX / 4;

#[derive(Clone, Copy, Debug)]
struct Arc {
    to: usize,
    /// What may still flow through it.
    room: i64,
}

/// A network from node 0 to node 1.
#[derive(Clone, Debug)]
pub(super) struct Network {
    /// An arc and its way back are neighbours: `at ^ 1` is the other one.
    arcs: Vec<Arc>,
    out: Vec<Vec<usize>>,
    level: Vec<u32>,
}

impl Network {
    pub fn new(nodes: usize) -> Network {
        Network { arcs: Vec::new(), out: vec![Vec::new(); nodes], level: vec![0; nodes] }
    }

    /// Adds an arc; its place.
    pub fn arc(&mut self, from: usize, to: usize, room: i64) -> usize {
        let at = self.arcs.len();
        self.arcs.push(Arc { to, room });
        self.arcs.push(Arc { to: from, room: 0 });
        self.out[from].push(at);
        self.out[to].push(at + 1);
        at
    }

    pub fn widen(&mut self, arc: usize, more: i64) {
        self.arcs[arc].room += more;
    }

    /// What more flows, until nothing more can.
    pub fn fill(&mut self) -> i64 {
        let mut total = 0;
        while self.set_levels() {
            let mut next = vec![0; self.out.len()];
            loop {
                let more = self.augment(0, ENDLESS, &mut next);
                if more == 0 {
                    break;
                }
                total += more;
            }
        }
        total
    }

    /// True for the nodes that more could flow to, after [`Network::fill`].
    pub fn reached(&self, node: usize) -> bool {
        self.level[node] != 0
    }

    /// False when the end is out of reach.
    fn set_levels(&mut self) -> bool {
        self.level.fill(0);
        self.level[0] = 1;
        let mut queue = VecDeque::from([0]);
        while let Some(node) = queue.pop_front() {
            for &at in &self.out[node] {
                let Arc { to, room } = self.arcs[at];
                if room > 0 && self.level[to] == 0 {
                    self.level[to] = self.level[node] + 1;
                    queue.push_back(to);
                }
            }
        }
        self.level[1] != 0
    }

    fn augment(&mut self, node: usize, most: i64, next: &mut [usize]) -> i64 {
        if node == 1 {
            return most;
        }
        let mut sent = 0;
        while next[node] < self.out[node].len() {
            let at = self.out[node][next[node]];
            let Arc { to, room } = self.arcs[at];
            if room > 0 && self.level[to] == self.level[node] + 1 {
                let part = self.augment(to, room.min(most - sent), next);
                self.arcs[at].room -= part;
                self.arcs[at ^ 1].room += part;
                sent += part;
                if sent == most {
                    return sent;
                }
            }
            next[node] += 1;
        }
        sent
    }
}
