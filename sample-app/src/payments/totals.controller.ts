import { Controller, Get, NotFoundException, Param, Query } from '@nestjs/common';
import { InjectStore } from '@ouzel/nestjs';
import { KeyValueStoreView } from '@ouzel/streams';
import type { Total } from './payment.js';
import { collect, single, wholeNumber } from './query.js';

interface TotalOfUser {
  readonly key: string;
  readonly value: Total;
}

@Controller('totals')
export class TotalsController {
  constructor(@InjectStore('totals') private readonly totals: KeyValueStoreView<string, Total>) {}

  /**
   * Returns the totals that this instance has, in the order of their keys. `from` and `to` are keys, both inclusive.
   */
  @Get()
  async range(@Query('from') from?: string, @Query('to') to?: string, @Query('limit') limit?: string): Promise<TotalOfUser[]> {
    const most = wholeNumber('limit', limit);
    const entries = await collect(
      this.totals.range(single('from', from) ?? null, single('to', to) ?? null, most === undefined ? {} : { limit: most }),
    );
    return entries.map(([key, value]) => ({ key, value }));
  }

  /**
   * Returns the total of one user: a 421 with the address of the instance that has it, a 503 while the store is not
   * ready.
   */
  @Get(':user')
  async one(@Param('user') user: string): Promise<TotalOfUser> {
    const value = await this.totals.get(user);
    if (value === null) throw new NotFoundException(`no payment of "${user}" so far`);
    return { key: user, value };
  }
}
