import type { Config, Interfaces } from '@oclif/core'
import { Help } from '@oclif/core/help'

/** Prints the help of the program, of a topic, or of the command whose id is given in parts. */
export async function printHelp(config: Config, subject: readonly string[]): Promise<void> {
  await new ExactHelp(config).showHelp([...subject])
}

/** oclif takes `export` for a topic because `export:` stands inside of `sql-export:seed-demo`. */
class ExactHelp extends Help {
  protected override formatTopics(topics: Interfaces.Topic[]): string {
    const ids = this.config.commandIDs
    const isTopic = ({ name }: Interfaces.Topic) => ids.some((id) => id.startsWith(`${name}:`))
    return super.formatTopics(topics.filter(isTopic))
  }
}
