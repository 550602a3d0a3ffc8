// Generated from src/commands by `npm run generate`. Do not edit.
export const commandFacts = {
  "completion": {
    "summary": "Print the completion script of a shell.",
    "flags": {
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "config diff": {
    "summary": "Compare two configs: words, specs or runs.",
    "flags": {
      "root": {
        "summary": "The command whose config words change: train, test, predict, export, doctor, sweep, sql-export.",
        "takesValue": true
      },
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "config explain": {
    "summary": "Explain where a value of the config comes from.",
    "flags": {
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "config groups": {
    "summary": "List the config groups and their options.",
    "flags": {
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "config schema": {
    "summary": "Print the JSON Schema of a config, in one piece.",
    "flags": {
      "output": {
        "summary": "Write the schema to a file.",
        "takesValue": true
      },
      "composed": {
        "summary": "The schema of composed configs, not of files.",
        "takesValue": false
      },
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "config show": {
    "summary": "Print the composed config of a command.",
    "flags": {
      "yaml": {
        "summary": "Print plain YAML (what is printed anyway).",
        "takesValue": false
      },
      "origins": {
        "summary": "Say behind each value where it comes from.",
        "takesValue": false
      },
      "defaults": {
        "summary": "Print the defaults list: what is merged, in order.",
        "takesValue": false
      },
      "tree": {
        "summary": "Print the defaults lists as a tree.",
        "takesValue": false
      },
      "choices": {
        "summary": "Print the option chosen from each group.",
        "takesValue": false
      },
      "package": {
        "summary": "Show only the part below a key.",
        "takesValue": true
      },
      "resolve": {
        "summary": "Resolve interpolations and check the config; --no-resolve shows it as written.",
        "takesValue": false
      },
      "no-resolve": {
        "summary": "Resolve interpolations and check the config; --no-resolve shows it as written.",
        "takesValue": false
      },
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "config validate": {
    "summary": "Check a whole directory of configs.",
    "flags": {
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "data describe": {
    "summary": "Describe data: counts, pixels, equal images, pictures.",
    "flags": {
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "data fetch": {
    "summary": "Download, check and decode what a data set needs.",
    "flags": {
      "dry-run": {
        "summary": "Compose and check everything, print the plan, write nothing.",
        "takesValue": false
      },
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "data preview": {
    "summary": "Draw what an augmentation does to some images.",
    "flags": {
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "data snapshot": {
    "summary": "Write a manifest of files with their SHA-256.",
    "flags": {
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "data verify": {
    "summary": "Compare files with a manifest.",
    "flags": {
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "doctor": {
    "summary": "Show engines, devices and versions, and what is missing.",
    "flags": {
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "export": {
    "summary": "Export a trained model to ONNX, TensorFlow.js or safetensors.",
    "flags": {
      "dry-run": {
        "summary": "Compose and check everything, print the plan, write nothing.",
        "takesValue": false
      },
      "force": {
        "summary": "Replace files that are there already.",
        "takesValue": false
      },
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "predict": {
    "summary": "Classify image files with a trained model.",
    "flags": {
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "runs list": {
    "summary": "List the runs, oldest first.",
    "flags": {
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "runs rm": {
    "summary": "Delete runs with all their files.",
    "flags": {
      "dry-run": {
        "summary": "Compose and check everything, print the plan, write nothing.",
        "takesValue": false
      },
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "runs show": {
    "summary": "Show one run: outcome, spec, and where it came from.",
    "flags": {
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "sql-export": {
    "summary": "Export the product catalog of a database.",
    "flags": {
      "dry-run": {
        "summary": "Compose and check everything, print the plan, write nothing.",
        "takesValue": false
      },
      "resume": {
        "summary": "Go on with an export that was interrupted.",
        "takesValue": false
      },
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "sql-export seed-demo": {
    "summary": "Fill a database with made-up products.",
    "flags": {
      "dry-run": {
        "summary": "Compose and check everything, print the plan, write nothing.",
        "takesValue": false
      },
      "replace": {
        "summary": "Drop the tables that an earlier seed-demo made.",
        "takesValue": false
      },
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "sweep": {
    "summary": "Train many variants and rank them.",
    "flags": {
      "dry-run": {
        "summary": "Compose and check everything, print the plan, write nothing.",
        "takesValue": false
      },
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "test": {
    "summary": "Test a trained model.",
    "flags": {
      "dry-run": {
        "summary": "Compose and check everything, print the plan, write nothing.",
        "takesValue": false
      },
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  },
  "train": {
    "summary": "Train a model and keep the run.",
    "flags": {
      "dry-run": {
        "summary": "Compose and check everything, print the plan, write nothing.",
        "takesValue": false
      },
      "json": {
        "summary": "Print one JSON document on stdout.",
        "takesValue": false
      },
      "quiet": {
        "summary": "No progress and no notes on stderr.",
        "takesValue": false
      },
      "config-dir": {
        "summary": "Directory of configs, searched before all others; may be repeated.",
        "takesValue": true
      },
      "config-name": {
        "summary": "Name of the primary config, without .yaml, instead of the one of the command.",
        "takesValue": true
      },
      "config-path": {
        "summary": "Directory of configs, searched instead of the built-in ones and the settings.",
        "takesValue": true
      },
      "delete": {
        "summary": "Delete a key, as the word ~KEY does.",
        "takesValue": true
      }
    }
  }
} as const
