//! Largest flows along shortest ways (Edmonds and Karp 1972): what no plan can exceed.

use std::collections::VecDeque;

/// More than any flow.
pub(super) const WIDE: i128 = i128::MAX / 4;

/// Arcs by node, with what may still flow. All flows from node 0 to node 1.
#[derive(Default)]
pub(super) struct Pipes {
    ends: Vec<(usize, i128)>,
    out: Vec<Vec<usize>>,
}

impl Pipes {
    pub fn lay(&mut self, from: usize, to: usize, room: i128) {
        let nodes = self.out.len().max(2).max(from.max(to) + 1);
        self.out.resize(nodes, Vec::new());
        self.out[from].push(self.ends.len());
        self.out[to].push(self.ends.len() + 1);
        self.ends.extend([(to, room), (from, 0)]);
    }

    /// How much more flows, until nothing more can.
    pub fn flow(&mut self) -> i128 {
        let mut total = 0;
        loop {
            let mut by: Vec<Option<usize>> = vec![None; self.out.len()];
            let mut queue = VecDeque::from([0]);
            while let Some(node) = queue.pop_front() {
                for &pipe in &self.out[node] {
                    let (end, room) = self.ends[pipe];
                    if room > 0 && by[end].is_none() && end != 0 {
                        by[end] = Some(pipe);
                        queue.push_back(end);
                    }
                }
            }
            let mut way = Vec::new();
            let mut node = 1;
            while let Some(pipe) = by[node] {
                way.push(pipe);
                node = self.ends[pipe ^ 1].0;
            }
            let Some(most) = way.iter().map(|&pipe| self.ends[pipe].1).min() else {
                return total;
            };
            for pipe in way {
                self.ends[pipe].1 -= most;
                self.ends[pipe ^ 1].1 += most;
            }
            total += most;
        }
    }
}
