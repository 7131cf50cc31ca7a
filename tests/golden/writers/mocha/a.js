const assert=require('assert');
describe('group', () => { it('one', () => {}); it('two - x', () => { assert.equal(1,2); }); it.skip('three', ()=>{}); describe('inner', () => { it('one', () => {}); }); });
it('top', ()=>{});
