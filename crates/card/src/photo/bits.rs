//! Headers of packets: bits, and the trees in which neighbours' numbers are told together
//! (ISO/IEC 15444-1, annex B).

/// Bits, the first the highest. After a byte of ones the next begins with a zero.
#[derive(Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    byte: u8,
    used: u8,
}

impl Bits {
    pub(super) fn put(&mut self, bit: bool) {
        let stuffed = self.bytes.last() == Some(&0xFF);
        let room = if stuffed { 7 } else { 8 };
        self.byte = (self.byte << 1) | u8::from(bit);
        self.used += 1;
        if self.used == room {
            self.bytes.push(self.byte);
            (self.byte, self.used) = (0, 0);
        }
    }

    pub(super) fn number(&mut self, number: usize, bits: u32) {
        for at in (0..bits).rev() {
            self.put((number >> at) & 1 == 1);
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        while self.used != 0 {
            self.put(false);
        }
        if self.bytes.last() == Some(&0xFF) {
            self.bytes.push(0);
        }
        self.bytes
    }
}

struct Node {
    value: u32,
    low: u32,
    known: bool,
    parent: Option<usize>,
}

/// A tag tree.
pub(super) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// A tree over numbers in rows.
    pub(super) fn new(width: usize, height: usize, values: &[u32]) -> Tree {
        let mut nodes: Vec<Node> = values.iter().map(|value| Tree::node(*value)).collect();
        let (mut first, mut w, mut h) = (0, width, height);
        while w * h > 1 {
            let (above, next) = (w.div_ceil(2), first + w * h);
            let rows = h.div_ceil(2);
            nodes.extend((0..above * rows).map(|_| Tree::node(u32::MAX)));
            for at in 0..w * h {
                let parent = next + at / w / 2 * above + at % w / 2;
                nodes[first + at].parent = Some(parent);
                nodes[parent].value = nodes[parent].value.min(nodes[first + at].value);
            }
            (first, w, h) = (next, above, rows);
        }
        Tree { nodes }
    }

    fn node(value: u32) -> Node {
        Node {
            value,
            low: 0,
            known: false,
            parent: None,
        }
    }

    /// Tells whether the number at a place is below the limit, and which it is then.
    pub(super) fn tell(&mut self, bits: &mut Bits, leaf: usize, limit: u32) {
        let mut path = vec![leaf];
        while let Some(parent) = self.nodes[path[path.len() - 1]].parent {
            path.push(parent);
        }
        let mut low = 0;
        for at in path.into_iter().rev() {
            let node = &mut self.nodes[at];
            low = low.max(node.low);
            while low < limit {
                if low >= node.value {
                    if !node.known {
                        bits.put(true);
                        node.known = true;
                    }
                    break;
                }
                bits.put(false);
                low += 1;
            }
            node.low = low;
        }
    }
}
