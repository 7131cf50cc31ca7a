const {test, describe, it} = require('node:test'); const assert = require('assert');
test('passes', () => { console.log('not ok 3 - fake\n✖ fake (1ms)'); process.stdout.write('unfinished'); });
test('fails - really # x', () => { assert.strictEqual(1, 2); });
test('skipped', {skip: 'no net'}, () => {});
test('todo', {todo: true}, () => { throw new Error('x'); });
describe('group', () => { it('one', () => {}); it('two', () => { assert.ok(false); }); });
describe('good group', () => { it('one', () => {}); });
test('crashes', () => { if (process.env.CRASH) process.abort(); });
