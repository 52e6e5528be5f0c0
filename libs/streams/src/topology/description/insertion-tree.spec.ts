import { InsertionTree } from './insertion-tree.js';

const numbers = () => new InsertionTree<number>((a, b) => a - b);

describe('the insertion tree', () => {
  it('hands out its values in order, each once', () => {
    const tree = numbers();
    const added = Array.from({ length: 200 }, (_, i) => (i * 73) % 101);
    for (const value of added) tree.add(value);
    expect([...tree]).toEqual(Array.from({ length: 101 }, (_, i) => i));
  });

  it('leaves values where they are when their order changes afterwards', () => {
    const tree = new InsertionTree<{ size: number }>((a, b) => a.size - b.size);
    const small = { size: 1 };
    const large = { size: 2 };
    tree.add(small);
    tree.add(large);
    small.size = 3;
    expect([...tree]).toEqual([small, large]);
  });

  it('is balanced as a red-black tree, on which the place of a later value depends', () => {
    // 1, 2, 3 make 2 the root. Its size has grown to 9 when 5 comes: 5 goes to the left of it, and to the right of 1.
    const tree = new InsertionTree<{ name: string; size: number }>((a, b) => a.size - b.size);
    const [one, two, three] = [1, 2, 3].map((size) => ({ name: String(size), size }));
    for (const value of [one!, two!, three!]) tree.add(value);
    two!.size = 9;
    tree.add({ name: '5', size: 5 });
    expect([...tree].map(({ name }) => name)).toEqual(['1', '5', '2', '3']);
  });
});
