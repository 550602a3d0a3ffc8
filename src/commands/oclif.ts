import type { Interfaces } from '@oclif/core'
import { Config } from '@oclif/core/config'
import { settings } from '@oclif/core/settings'

/** The parts of package.json that the command line needs. */
export interface About {
  readonly name: string
  readonly version: string
  readonly description: string
}

/** oclif's view of the program, given outright: nothing is searched for, no plugin is looked up. `target` exports `commands`. */
export async function loadOclif(root: string, about: About, target: string): Promise<Config> {
  settings.enableAutoTranspile = false
  const pjson = {
    ...about,
    type: 'module',
    oclif: {
      bin: about.name,
      dirname: about.name,
      topicSeparator: ' ',
      additionalHelpFlags: ['-h'],
      commands: { strategy: 'explicit', target, identifier: 'commands' },
      topics,
      description: `${about.description}\n${introduction}`,
    },
  } satisfies Record<string, unknown>
  return await Config.load({ root, pjson: pjson as unknown as Interfaces.PJSON })
}

const topics = {
  config: { description: 'Look at composed configs.' },
  data: { description: 'Fetch, describe, preview and verify data.' },
  runs: { description: 'List, show and remove runs.' },
}

const introduction = `
Words such as model=cnn, optimizer.lr=0.01, +key=value and ~key change the
composed config; they may stand anywhere after the command.

  $ atelier train model=cnn trainer.epochs=5
  $ atelier test checkpoint=latest
  $ atelier sweep model=mlp,cnn optimizer.lr=0.1,0.01
  $ atelier config show model=cnn

Results go to stdout, progress and warnings to stderr; --json prints one
document. More: \`atelier help words\`, \`atelier help exit-codes\`.`
