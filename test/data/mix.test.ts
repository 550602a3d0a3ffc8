import assert from 'node:assert/strict'
import { betaOf } from '../../src/data/beta.js'
import { createMixer, mixRandom, type Mix } from '../../src/data/mix.js'
import { Random } from '../../src/core/random.js'

const off = { p: 0, alpha: 1 }
const always = { p: 1, alpha: 1 }

function batchOf(count: number, size: number, classes: number) {
  return {
    x: Float32Array.from({ length: count * size }, (_, i) => i),
    y: Int32Array.from({ length: count }, (_, k) => k % classes),
    targets: new Float32Array(count * classes).fill(9),
    count,
  }
}

describe('createMixer', () => {
  it('mixup blends each image and its label with those before it, by one share for the batch', () => {
    const mix: Mix = { mixup: always, cutmix: off, classes: 3 }
    for (let step = 0; step < 20; step++) {
      const [plain, batch] = [batchOf(3, 4, 3), batchOf(3, 4, 3)]
      createMixer(mix, [2, 2, 1])(batch, mixRandom(1, 0, step))
      const random = mixRandom(1, 0, step)
      random.uniform()
      const share = betaOf(1, random)
      for (const [k, before] of [2, 0, 1].entries()) {
        for (let i = 0; i < 4; i++) {
          const value = share * plain.x[k * 4 + i]! + (1 - share) * plain.x[before * 4 + i]!
          assert.equal(batch.x[k * 4 + i], Math.fround(value))
        }
        const targets = [0, 0, 0]
        targets[k] = Math.fround(share)
        targets[before] = Math.fround(1 - share)
        assert.deepEqual([...batch.targets.subarray(k * 3, k * 3 + 3)], targets)
        assert.equal(batch.y[k], share < 0.5 ? before : k)
      }
    }
  })

  it('cutmix pastes a box of the image before, and shares labels by what is left of the image', () => {
    const mix: Mix = { mixup: off, cutmix: always, classes: 2 }
    const shares = new Set<number>()
    for (let step = 0; step < 50; step++) {
      const batch = batchOf(2, 36, 2)
      batch.x.fill(-1, 0, 36).fill(1, 36)
      createMixer(mix, [6, 6, 1])(batch, mixRandom(2, 0, step))
      const pasted = batch.x.subarray(0, 36).filter((value) => value === 1).length
      assert.deepEqual(
        [...batch.x.subarray(36)],
        [...batch.x.subarray(0, 36)].map((value) => -value),
      )
      const share = Math.fround(1 - pasted / 36)
      const rest = Math.fround(pasted / 36)
      assert.deepEqual([...batch.targets], [share, rest, rest, share])
      assert.deepEqual([...batch.y], share < 0.5 ? [1, 0] : [0, 1])
      const columns = Array.from({ length: 36 }, (_, i) => i).filter((i) => batch.x[i] === 1)
      const [top, bottom] = [Math.floor(columns[0]! / 6), Math.floor(columns.at(-1)! / 6)]
      if (pasted > 0) assert.equal(pasted % (bottom - top + 1), 0, 'a rectangle')
      shares.add(share)
    }
    assert.ok(shares.size > 5)
  })

  it('leaves a batch that gets neither, with the whole share for its own labels', () => {
    const [plain, batch] = [batchOf(4, 4, 2), batchOf(4, 4, 2)]
    createMixer({ mixup: { p: 1e-9, alpha: 1 }, cutmix: off, classes: 2 }, [2, 2, 1])(
      batch,
      mixRandom(1, 0, 0),
    )
    assert.deepEqual([batch.x, batch.y], [plain.x, plain.y])
    assert.deepEqual([...batch.targets], [1, 0, 0, 1, 1, 0, 0, 1])
  })

  it('gives each of the two to the share of batches that its probability says', () => {
    const mix: Mix = { mixup: { p: 0.2, alpha: 1 }, cutmix: { p: 0.5, alpha: 1 }, classes: 2 }
    const mixer = createMixer(mix, [4, 4, 1])
    let [blended, pasted] = [0, 0]
    for (let step = 0; step < 2000; step++) {
      const batch = batchOf(2, 16, 2)
      batch.x.fill(0, 0, 16).fill(1, 16)
      mixer(batch, mixRandom(1, 3, step))
      if (batch.x.some((value) => value !== 0 && value !== 1)) blended += 1
      else if (batch.x[0] !== 0 || batch.x.subarray(0, 16).includes(1)) pasted += 1
    }
    assert.ok(Math.abs(blended / 2000 - 0.2) < 0.03, `${blended}`)
    assert.ok(pasted / 2000 > 0.3 && pasted / 2000 < 0.52, `${pasted}`)
  })
})

describe('betaOf', () => {
  it('has the mean and variance of Beta(alpha, alpha), however small alpha is', () => {
    for (const alpha of [0.01, 0.2, 1, 4]) {
      const random = new Random(5, `beta/${alpha}`)
      const values = Array.from({ length: 20_000 }, () => betaOf(alpha, random))
      assert.ok(values.every((value) => value >= 0 && value <= 1))
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
      assert.ok(Math.abs(mean - 0.5) < 0.012, `mean ${mean} for ${alpha}`)
      const expected = 1 / (4 * (2 * alpha + 1))
      assert.ok(Math.abs(variance / expected - 1) < 0.04, `variance ${variance} for ${alpha}`)
    }
  })
})
