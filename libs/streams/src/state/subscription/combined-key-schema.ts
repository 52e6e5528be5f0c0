// The key of a subscription: a row of the left table that refers to a row of the right one (CombinedKeySchema).
// Subscriptions to one row stand together.
//
//   length of the foreign key, int32 | foreign key bytes | primary key bytes

export function combinedKey(foreignKey: Buffer, primaryKey: Buffer): Buffer {
  return Buffer.concat([combinedKeyPrefix(foreignKey), primaryKey]);
}

/** Returns the prefix of the combined keys of all subscriptions to one row. */
export function combinedKeyPrefix(foreignKey: Buffer): Buffer {
  const prefix = Buffer.allocUnsafe(4 + foreignKey.length);
  foreignKey.copy(prefix, prefix.writeInt32BE(foreignKey.length, 0));
  return prefix;
}

export function foreignKeyOf(combinedKey: Buffer): Buffer {
  return combinedKey.subarray(4, 4 + combinedKey.readInt32BE(0));
}

export function primaryKeyOf(combinedKey: Buffer): Buffer {
  return combinedKey.subarray(4 + combinedKey.readInt32BE(0));
}
