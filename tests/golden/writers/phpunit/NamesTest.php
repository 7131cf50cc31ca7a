<?php
use PHPUnit\Framework\TestCase;
final class NamesTest extends TestCase {
  public function testPasses(): void { $this->assertTrue(true); }
  public function testFails(): void { $this->assertSame(1, 2); }
  public function testThrows(): void { throw new RuntimeException('x'); }
  public function testSkipped(): void { $this->markTestSkipped('no net'); }
  /** @dataProvider rows */
  public function testRow(string $text): void { $this->assertSame('a b', $text); }
  public function rows(): array { return ['a - b # "c"' => ['a b'], 'bad row' => ['c']]; }
}
